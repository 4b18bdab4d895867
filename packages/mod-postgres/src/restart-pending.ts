import { met, notYet, parallel, rolling, type OpenHost } from '@keybuzz/sdk';
import { handedOver, restartedWhenPending, waitsForRestart } from './cluster-settings.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { leading, untilFit, untilLooped } from './waits.ts';

interface About {
  readonly scope: PostgresScope;
  readonly wanted: Wanted;
}

/**
 * Parameters and versions that only a restart takes in are taken in, the replicas first; the leader hands over before its turn.
 * A value that becomes smaller goes the other way: replicas keep what their leader still has, so the leader is restarted
 * where it is, and they follow. Each step waits until the cluster is whole.
 */
export async function restartPending(scope: PostgresScope, wanted: Wanted): Promise<void> {
  const { cluster, mode } = scope;
  const about = { scope, wanted };
  if (mode === 'plan') return void (await cluster.each((host) => restarted(host, about, 'first'), parallel));
  const leader = await leading(scope, wanted);
  const replicas = cluster.hosts.filter(({ name }) => name !== leader?.name);
  await cluster.each((host) => (host === leader ? Promise.resolve() : restarted(host, about, 'first')), rolling());
  if (leader === undefined) return;
  const kept = await Promise.all(replicas.map((host) => waitsForRestart(host, wanted.layout)));
  if (kept.includes(true)) {
    await restarted(leader, about, 'first');
    await cluster.each((host) => (host === leader ? Promise.resolve() : restarted(host, about, 'second')), rolling());
    return;
  }
  await relieved(leader, about);
  await restarted(leader, about, 'first');
}

/** The leader leads no more, if it must be restarted. */
async function relieved(leader: OpenHost, { scope, wanted }: About): Promise<void> {
  const applied = await leader.ensure(handedOver({ host: leader, layout: wanted.layout, password: scope.credentials['patroni-api'] }));
  if (applied.length === 0) return;
  await leader.waitFor('another leader', async () => ((await leading(scope, wanted))?.name === leader.name ? notYet(`${leader.name} still leads`) : met(true)), { within: 60_000, every: 500 });
  await untilFit(scope, wanted);
  await untilLooped(leader, wanted);
}

async function restarted(host: OpenHost, { scope, wanted }: About, turn: string): Promise<void> {
  if (scope.mode === 'apply' && (await waitsForRestart(host, wanted.layout))) await untilFit(scope, wanted);
  const applied = await host.ensure(restartedWhenPending({ host, layout: wanted.layout, password: scope.credentials['patroni-api'] }, turn));
  if (scope.mode !== 'apply' || applied.length === 0) return;
  await untilLooped(host, wanted);
  await untilFit(scope, wanted);
}
