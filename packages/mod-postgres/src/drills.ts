import { haproxy } from '@keybuzz/mod-haproxy';
import { drill, Failure, met, notYet, type Answer, type Drill, type DrillScope, type OpenHost } from '@keybuzz/sdk';
import type { Connection } from './client.ts';
import { switchoverTo } from './cluster-settings.ts';
import type { PostgresConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { role } from './hba.ts';
import { wantedOf } from './members.ts';
import { leaderOf, membersSeen, unwhole, type Member } from './patroni-api.ts';
import { port } from './ports.ts';
import { predictedOutage, timersOf } from './timers.ts';
import { numberedInserts } from './workload.ts';
import { writableProbe, type WritableProbe } from './writable.ts';

type Scope = DrillScope<PostgresConfig, CredentialName>;

async function connectionTo(scope: Scope, address: string): Promise<Connection> {
  return { address, port: port.postgres, user: role.app, password: scope.credentials.app, database: scope.config.databases[0]?.name ?? 'postgres', authority: await scope.certificates.authority() };
}

/** The members as the first host that answers sees them. */
async function membersNow(scope: Scope): Promise<readonly Member[] | undefined> {
  const { layout } = wantedOf(scope);
  const answers = await Promise.allSettled(scope.cluster.hosts.map(async (host) => {
    const seen = membersSeen({ host, layout });
    return (await host.read([seen]))(seen);
  }));
  const said = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value !== undefined ? [answer.value] : []));
  return said.find((members) => leaderOf(members) !== undefined) ?? said[0];
}

async function leader(scope: Scope): Promise<OpenHost> {
  const name = leaderOf(await membersNow(scope));
  const host = scope.cluster.hosts.find((each) => each.name === name);
  if (host === undefined) throw new Failure('failed', 'no member leads', { next: 'keybuzz health --only postgres' });
  return host;
}

async function others(scope: Scope): Promise<readonly string[]> {
  const leading = await leader(scope);
  return scope.cluster.hosts.map(({ name }) => name).filter((name) => name !== leading.name);
}

async function redundant(scope: Scope): Promise<Answer<unknown>> {
  const lacking = unwhole(await membersNow(scope), wantedOf(scope).members.map(({ name }) => name));
  return lacking === undefined ? met(true) : notYet(lacking);
}

const probes = new WeakMap<Scope, Promise<WritableProbe>>();

/** Nobody but the one primary acknowledges a write, all along. */
const onePrimary = {
  title: 'never two writable primaries',
  broken: async (scope: Scope): Promise<string | undefined> => {
    const made = probes.get(scope) ?? Promise.all(scope.cluster.hosts.map(async ({ name, address }) => ({ name, connection: await connectionTo(scope, address) }))).then(writableProbe);
    probes.set(scope, made);
    const writable = await (await made).writable();
    return writable.length > 1 ? `two writable primaries: ${writable.join(', ')}` : undefined;
  },
  close: async (scope: Scope): Promise<void> => (await probes.get(scope))?.close(),
};

/** The drills of PostgreSQL, with what the profile promises for each. */
export function drills(config: PostgresConfig): readonly Drill<Scope>[] {
  const lost = config.rpo === 'zero' ? 0 : Infinity;
  // A lost leader: the worst that the timers allow, and what a busy machine adds.
  // Patroni's own Raft commits more slowly than etcd.
  const crashed = config.dcs === 'etcd' ? 5000 : 10_000;
  const replaced = Math.ceil(predictedOutage(timersOf(config.rto)).worst) * 1000;
  const of = (title: string, about: Pick<Drill<Scope>, 'name' | 'inject' | 'quick' | 'lasting'> & { downtime: number }): Drill<Scope> => {
    const { downtime, ...rest } = about;
    const workload: Drill<Scope>['workload'] = (scope) => numberedInserts(() => connectionTo(scope, wantedOf(scope).entry ?? wantedOf(scope).proxies[0]?.address ?? ''));
    return drill<Scope>(title, { ...rest, workload, redundant, invariant: onePrimary, promise: { downtime, lost } });
  };
  return [
    of('planned switchover', { name: 'switchover', quick: true, lasting: 0, downtime: 2000, inject: switchover }),
    of('postgres killed on the leader', { name: 'postgres-killed', quick: true, lasting: 0, downtime: crashed, inject: async (scope) => scope.faults.kill((await leader(scope)).name, '/bin/postgres -D') }),
    of('patroni killed on the leader', { name: 'patroni-killed', lasting: 0, downtime: 10_000, inject: async (scope) => scope.faults.kill((await leader(scope)).name, '/usr/bin/patroni /etc/patroni') }),
    of('leader host powered off', { name: 'leader-off', quick: true, lasting: 35_000, downtime: replaced, inject: async (scope) => scope.faults.powerOff([(await leader(scope)).name]) }),
    of('leader frozen, then thawed', { name: 'leader-frozen', lasting: 35_000, downtime: replaced, inject: async (scope) => scope.faults.freeze([(await leader(scope)).name]) }),
    of('leader cut off from everybody', { name: 'leader-cut', lasting: 35_000, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: 'all' }) }),
    of('leader cut off from the other members and their DCS', { name: 'leader-alone', lasting: 35_000, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: await others(scope) }) }),
    of('what the leader sends is lost', { name: 'leader-mute', lasting: 35_000, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: 'all', oneway: true }) }),
    of('a replica lost', { name: 'replica-off', lasting: 10_000, downtime: 3000, inject: async (scope) => scope.faults.powerOff((await others(scope)).slice(0, 1)) }),
    of('a HAProxy host lost', { name: 'haproxy-off', lasting: 15_000, downtime: 10_000, inject: async (scope) => scope.faults.powerOff(scope.hostsOf(haproxy).hosts.slice(0, 1).map(({ name }) => name)) }),
    of('disk full on the leader', { name: 'disk-full', lasting: 10_000, downtime: 25_000, inject: async (scope) => scope.faults.fillDisk([(await leader(scope)).name]) }),
    of('all three hosts powered off and on', { name: 'all-off', lasting: 5000, downtime: 90_000, inject: (scope) => scope.faults.powerOff(scope.cluster.hosts.map(({ name }) => name)) }),
  ];
}

async function switchover(scope: Scope): Promise<void> {
  const host = await leader(scope);
  const { layout } = wantedOf(scope);
  await host.run(switchoverTo({ host, layout, password: scope.credentials['patroni-api'] }, { leader: host.name }));
}
