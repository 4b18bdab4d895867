import { Failure, inTurn, type OpenHost } from '@keybuzz/sdk';
import { administratorThere, signedIn } from './administrator.ts';
import type { Api } from './api.ts';
import { contentThere } from './content.ts';
import { definitionsExported, definitionsSeen, nothingSeen } from './definitions.ts';
import { flagsEnabled } from './feature-flags.ts';
import type { RabbitmqScope } from './members.ts';

const apiOf = (host: OpenHost, { credentials }: RabbitmqScope): Api => ({ host, password: credentials.admin });

/** In a plan the first host was asked for its content before it is known whether its node serves: nearly always it does. */
export async function contentAhead(scope: RabbitmqScope): Promise<void> {
  const [first] = scope.cluster.hosts;
  if (first === undefined) return;
  const api = apiOf(first, scope);
  await first.ahead(administratorThere(api, scope), contentThere(api, scope, definitionsSeen(api)), flagsEnabled(api));
}

/** The administrator and everything wanted are in the cluster, and its stable features are on; asked of a node that serves. `virgin` when no host has data: only then nothing is there because nobody says so. */
export async function contentWanted(scope: RabbitmqScope, { virgin, serving: known }: { virgin: boolean; serving: Serving | undefined }): Promise<void> {
  const { cluster, mode } = scope;
  const serving = known ?? (await servingHost(scope));
  const [first] = cluster.hosts;
  if (first === undefined) return;
  if (serving === undefined) {
    if (mode === 'apply' || !virgin) throw silent(cluster.hosts);
    await first.ensure(administratorThere(apiOf(first, scope), scope, { virgin }), contentThere(apiOf(first, scope), scope, nothingSeen));
    return;
  }
  const api = apiOf(serving.host, scope);
  // In a plan he still cannot sign in where he must be given his password first.
  const content = [contentThere(api, scope, serving.status === 200 || mode === 'apply' ? definitionsSeen(api) : definitionsExported), flagsEnabled(api)];
  await inTurn(mode, [[administratorThere(api, scope)], content].map((operations) => () => serving.host.ensure(...operations)));
}

/** A host whose node answers, and how it took the administrator. */
export interface Serving {
  readonly host: OpenHost;
  readonly status: number;
}

/** A host whose node answers, one where the administrator can sign in if there is any. */
export async function servingHost({ cluster, credentials }: RabbitmqScope): Promise<Serving | undefined> {
  const answers = await Promise.all(cluster.hosts.map(async (host) => {
    const status = signedIn({ host, password: credentials.admin });
    return { host, status: (await host.read([status]))(status) };
  }));
  return [200, 401].map((wanted) => answers.find(({ status }) => status === wanted)).find((answer) => answer !== undefined);
}

function silent(hosts: readonly OpenHost[]): Failure {
  return new Failure('failed', `no node answers (${hosts.map(({ name }) => name).join(', ')}), so what is in the cluster cannot be compared with what is wanted`, { host: hosts[0]?.name, next: 'keybuzz health --only rabbitmq; keybuzz rollout --only rabbitmq starts nodes that are stopped' });
}
