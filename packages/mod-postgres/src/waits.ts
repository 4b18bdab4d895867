import { Failure, met, notYet, type Fact, type OpenHost } from '@keybuzz/sdk';
import { etcdHealthy } from './etcd-health.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { leaderOf, membersSeen, ownSeen, unwhole } from './patroni-api.ts';
import { timersOf } from './timers.ts';

/** Whoever leads now, of the hosts that are worked on. */
export async function leading({ cluster }: PostgresScope, { layout }: Wanted): Promise<OpenHost | undefined> {
  for (const host of cluster.hosts) {
    const members = membersSeen({ host, layout });
    const name = leaderOf((await host.read([members]))(members));
    if (name !== undefined) return cluster.hosts.find((each) => each.name === name);
  }
  return undefined;
}

/** Somebody leads. */
export async function untilLed(scope: PostgresScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  await asked?.waitFor('a leader', async () => ((await leading(scope, wanted)) === undefined ? notYet((await seenBy(scope, wanted)) ?? 'the leader is not one of these hosts') : met(true)), { within: 180_000, every: 1000 });
}

/** Somebody leads, if members that run choose one within the time that a failover takes. */
export async function untilChosen(scope: PostgresScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  const within = (timersOf(scope.config.rto).ttl + 20) * 1000;
  try {
    await asked?.waitFor('a leader', async () => ((await leading(scope, wanted)) === undefined ? notYet('nobody leads') : met(true)), { within, every: 1000 });
  } catch (error) {
    if (!(error instanceof Failure && error.kind === 'timedOut')) throw error;
  }
}

/** One leads and every other member streams from it. */
export async function untilWhole(scope: PostgresScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  await asked?.waitFor('a whole cluster', async () => {
    const lacking = await seenBy(scope, wanted);
    return lacking === undefined ? met(true) : notYet(lacking);
  }, { within: 300_000, every: 1000 });
}

/** Behind which a replica is not followed by the next host: as Autobase's update has it (automation/roles/update). */
const mostLag = 10 * 1024 * 1024;

/**
 * The whole cluster can bear that a member goes: one leads, all others stream from it and are not far behind, and every
 * member of the DCS is well. Before anything of a living cluster is restarted, and after it.
 */
export async function untilFit(scope: PostgresScope, wanted: Wanted): Promise<void> {
  const [asked] = scope.cluster.hosts;
  const healthy = wanted.members.map((member) => etcdHealthy(member, wanted.layout));
  await asked?.waitFor('a cluster that can bear a restart', async () => {
    const lacking = (await seenBy(scope, wanted, mostLag)) ?? (scope.config.dcs === 'etcd' ? sickness(await count(asked, healthy), wanted) : undefined);
    return lacking === undefined ? met(true) : notYet(lacking);
  }, { within: 300_000, every: 1000 });
}

async function count(host: OpenHost, facts: readonly Fact<boolean>[]): Promise<number> {
  const seen = await host.read(facts);
  return facts.filter((each) => seen(each)).length;
}

function sickness(healthy: number, { members }: Wanted): string | undefined {
  return healthy === members.length ? undefined : `${healthy} of ${members.length} members of etcd are healthy`;
}

async function seenBy(scope: PostgresScope, { layout, members }: Wanted, most = Number.POSITIVE_INFINITY): Promise<string | undefined> {
  const answers = await Promise.all(scope.cluster.hosts.map(async (host) => {
    const seen = membersSeen({ host, layout });
    return (await host.read([seen]))(seen);
  }));
  const view = answers.find((each) => leaderOf(each) !== undefined) ?? answers.find((each) => each !== undefined);
  const [behind] = (view ?? []).filter(({ lag = 0 }) => lag > most);
  return unwhole(view, members.map(({ name }) => name)) ?? (behind === undefined ? undefined : `${behind.name} is ${behind.lag} bytes behind`);
}

/** Patroni of this host has gone through its loop twice: the first time may have begun before it was told of a change. */
export async function untilLooped(host: OpenHost, { layout }: Wanted): Promise<void> {
  const own = ownSeen({ host, layout });
  const loopedAt = async (): Promise<number> => (await host.read([own]))(own)?.loopedAt ?? 0;
  for (const time of ['once', 'twice']) {
    const before = await loopedAt();
    await host.waitFor(`Patroni has looped ${time}`, async () => ((await loopedAt()) > before ? met(true) : notYet('not yet')), { within: 120_000, every: 500 });
  }
}
