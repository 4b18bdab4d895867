import { met, notYet, type Answer, type OpenHost } from '@keybuzz/sdk';
import { nodesSeen, queuesSeen } from './node-facts.ts';
import type { RabbitmqScope, Wanted } from './members.ts';
import { unwhole, type View } from './whole.ts';

/** The cluster as each of its nodes that can be asked sees it. */
export async function viewsOf(scope: Pick<RabbitmqScope, 'cluster' | 'credentials'>): Promise<readonly View[]> {
  return Promise.all(scope.cluster.hosts.map((host) => viewOf(host, scope)));
}

async function viewOf(host: OpenHost, { credentials }: Pick<RabbitmqScope, 'credentials'>): Promise<View> {
  const api = { host, password: credentials.admin };
  const [nodes, queues] = [nodesSeen(api), queuesSeen(api)];
  try {
    const seen = await host.read([nodes, queues]);
    return { host: host.name, nodes: seen(nodes), queues: seen(queues) };
  } catch {
    return { host: host.name, nodes: undefined, queues: undefined };
  }
}

/** Whether every node sees every node, and every queue has all its members. */
export async function wholeness(scope: Pick<RabbitmqScope, 'cluster' | 'credentials'>, { members }: Wanted): Promise<Answer<true>> {
  const lacking = unwhole(await viewsOf(scope), members.map(({ name }) => name));
  return lacking === undefined ? met(true) : notYet(lacking);
}

/** Every node sees every node run, and every queue has all its members. */
export async function untilWhole(scope: RabbitmqScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  await asked?.waitFor('a whole cluster', () => wholeness(scope, wanted), { within: 300_000, every: 500 });
}
