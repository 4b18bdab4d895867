import { Failure, inTurn, type Fact, type OpenHost } from '@keybuzz/sdk';
import { administratorThere, signedIn } from './administrator.ts';
import type { Api } from './api.ts';
import { contentThere } from './content.ts';
import { definitionsExported, definitionsSeen, nothingSeen, type Definitions } from './definitions.ts';
import { flagsEnabled } from './feature-flags.ts';
import type { RabbitmqScope } from './members.ts';

type Ensuring = ReturnType<OpenHost['ahead']>;

/** What is to be in the cluster, of a host whose node may serve: the administrator first. */
export interface ContentOf {
  readonly host: OpenHost;
  readonly acts: readonly Ensuring[];
}

/** The content by the first host, asked in a plan before it is known whether its node serves: nearly always it does. */
export function contentOf(scope: RabbitmqScope): ContentOf | undefined {
  const [first] = scope.cluster.hosts;
  return first === undefined ? undefined : contentBy(first, scope, definitionsSeen(apiOf(first, scope)));
}

function contentBy(host: OpenHost, scope: RabbitmqScope, seen: Fact<Definitions>): ContentOf {
  const api = apiOf(host, scope);
  return { host, acts: [host.ahead(administratorThere(api, scope)), host.ahead(contentThere(api, scope, seen), flagsEnabled(api))] };
}

const apiOf = (host: OpenHost, { credentials }: RabbitmqScope): Api => ({ host, password: credentials.admin });

/** The administrator and everything wanted are in the cluster, and its stable features are on; asked of a node that serves. `virgin` when no host has data: only then nothing is there because nobody says so. */
export async function contentWanted(scope: RabbitmqScope, about: { virgin: boolean; serving: Serving | undefined; content: ContentOf | undefined }): Promise<void> {
  const { cluster, mode } = scope;
  const serving = about.serving ?? (await servingHost(scope));
  const [first] = cluster.hosts;
  if (first === undefined) return;
  if (serving === undefined) {
    if (mode === 'apply' || !about.virgin) throw silent(cluster.hosts);
    await first.ensure(administratorThere(apiOf(first, scope), scope, { virgin: true }), contentThere(apiOf(first, scope), scope, nothingSeen));
    return;
  }
  const { host, status } = serving;
  // In a plan he still cannot sign in where he must be given his password first.
  const asked = status === 200 || mode === 'apply';
  const { acts } = asked && about.content?.host.name === host.name ? about.content : contentBy(host, scope, asked ? definitionsSeen(apiOf(host, scope)) : definitionsExported);
  await inTurn(mode, acts);
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
