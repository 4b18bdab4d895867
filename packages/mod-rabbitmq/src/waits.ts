import { backendsOn, haproxy } from '@keybuzz/mod-haproxy';
import { met, notYet, type Answer, type OpenHost } from '@keybuzz/sdk';
import { missed } from './backends.ts';
import { criticalFor, nodesSeen, queuesSeen } from './node-facts.ts';
import type { RabbitmqScope, Wanted } from './members.ts';
import { unwhole, type View } from './whole.ts';

/** The cluster as each of its nodes that can be asked sees it. */
export async function viewsOf(scope: Pick<RabbitmqScope, 'cluster' | 'credentials'>): Promise<readonly View[]> {
  return Promise.all(scope.cluster.hosts.map((host) => viewOf(host, scope)));
}

async function viewOf(host: OpenHost, { credentials }: Pick<RabbitmqScope, 'credentials'>): Promise<View> {
  const api = { host, password: credentials.admin };
  const [nodes, queues, critical] = [nodesSeen(api), queuesSeen(api), criticalFor(api)];
  try {
    const seen = await host.read([nodes, queues, critical]);
    return { host: host.name, nodes: seen(nodes), queues: seen(queues), critical: seen(critical) };
  } catch {
    return { host: host.name, nodes: undefined, queues: undefined, critical: undefined };
  }
}

/** Whether every node sees every node, every queue has all its members, and none needs a node. */
export async function wholeness(scope: Pick<RabbitmqScope, 'cluster' | 'credentials'>, { members }: Wanted): Promise<Answer<true>> {
  const lacking = unwhole(await viewsOf(scope), members.map(({ name }) => name));
  return lacking === undefined ? met(true) : notYet(lacking);
}

/** The cluster is whole, and no proxy that can be asked still takes one of its nodes for down: only then may the next node be taken out of service. */
export async function untilWhole(scope: RabbitmqScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  const proxies = scope.hostsOf(haproxy);
  const whole = async (): Promise<Answer<true>> => {
    const [now, ways] = await Promise.all([wholeness(scope, wanted), backendsOn(proxies)]);
    const down = missed(ways);
    return now.done && down !== undefined ? notYet(down) : now;
  };
  await asked?.waitFor('a whole cluster', whole, { within: 300_000, every: 500 });
}
