import { drill, Failure, type Drill, type DrillScope, type OpenHost } from '@keybuzz/sdk';
import type { Connection } from './client.ts';
import { switchoverTo } from './cluster-settings.ts';
import type { PostgresConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { wantedOf } from './members.ts';
import { leaderOf } from './patroni-api.ts';
import { port } from './ports.ts';
import { membersNow, redundant } from './redundancy.ts';
import { seatOf } from './seat.ts';
import { queried } from './sql.ts';
import { predictedOutage, timersOf } from './timers.ts';
import { drillProgram, numberedInserts } from './workload.ts';
import { writableProbe, type WritableProbe } from './writable.ts';

type Scope = DrillScope<PostgresConfig, CredentialName>;

async function connectionTo(scope: Scope, address: string): Promise<Connection> {
  return { address, port: port.postgres, ...seatOf(scope), authority: await scope.certificates.authority() };
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

const carried = queried<string>({
  database: 'postgres',
  query: `select to_json(coalesce((select host(client_addr) from pg_stat_activity where application_name = '${drillProgram}' order by backend_start desc limit 1), ''))`,
});

/** The proxy that carries the session of the drill's own client: losing another one would not be felt. */
async function carrier(scope: Scope): Promise<string> {
  const host = await leader(scope);
  const address = (await host.read([carried]))(carried);
  const proxy = wantedOf(scope).proxies.find((each) => each.address === address);
  if (proxy === undefined) throw new Failure('failed', `no proxy carries the drill's client: the leader sees it at ${address || 'no address'}`, { host: host.name, next: 'keybuzz health --only postgres' });
  return proxy.name;
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
  // Patroni's own Raft commits more slowly than etcd.
  const crashed = config.dcs === 'etcd' ? 5000 : 10_000;
  // A lost leader: the worst that the timers allow, as plans say it.
  const replaced = Math.round(predictedOutage(timersOf(config.rto)).worst) * 1000;
  // Long enough for another member to lead before the old leader is back.
  const lasting = replaced + 10_000;
  const dcs = config.dcs === 'etcd' ? [port.etcdClient, port.etcdPeer] : [port.raft];
  const of = (title: string, about: Pick<Drill<Scope>, 'name' | 'inject' | 'quick' | 'lasting'> & { downtime: number }): Drill<Scope> => {
    const { downtime, ...rest } = about;
    const workload: Drill<Scope>['workload'] = (scope) => numberedInserts(() => connectionTo(scope, wantedOf(scope).entry ?? wantedOf(scope).proxies[0]?.address ?? ''));
    return drill<Scope>(title, { ...rest, workload, redundant, invariant: onePrimary, promise: { downtime, lost } });
  };
  return [
    of('planned switchover', { name: 'switchover', quick: true, lasting: 0, downtime: 2000, inject: switchover }),
    of('postgres killed on the leader', { name: 'postgres-killed', quick: true, lasting: 0, downtime: crashed, inject: async (scope) => scope.faults.kill((await leader(scope)).name, '/bin/postgres -D') }),
    of('patroni killed on the leader', { name: 'patroni-killed', lasting: 0, downtime: 10_000, inject: async (scope) => scope.faults.kill((await leader(scope)).name, '/usr/bin/patroni /etc/patroni') }),
    of('leader host powered off', { name: 'leader-off', quick: true, lasting, downtime: replaced, inject: async (scope) => scope.faults.powerOff([(await leader(scope)).name]) }),
    of('leader frozen, then thawed', { name: 'leader-frozen', lasting, downtime: replaced, inject: async (scope) => scope.faults.freeze([(await leader(scope)).name]) }),
    of('leader cut off from everybody', { name: 'leader-cut', lasting, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: 'all' }) }),
    of('leader cut off from the other members and their DCS', { name: 'leader-alone', lasting, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: await others(scope) }) }),
    // It asks the other members, which all answer, and goes on leading (failsafe_mode).
    of('leader cut off from the DCS only', { name: 'leader-without-dcs', lasting, downtime: 3000, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: await others(scope), ports: dcs }) }),
    of('what the leader sends is lost', { name: 'leader-mute', lasting, downtime: replaced, inject: async (scope) => scope.faults.cut([(await leader(scope)).name], { from: 'all', oneway: true }) }),
    of('a replica lost', { name: 'replica-off', lasting: 10_000, downtime: 3000, inject: async (scope) => scope.faults.powerOff((await others(scope)).slice(0, 1)) }),
    of('the HAProxy host that carries the client lost', { name: 'haproxy-off', lasting: 15_000, downtime: 10_000, inject: async (scope) => scope.faults.powerOff([await carrier(scope)]) }),
    of('disk full on the leader', { name: 'disk-full', lasting: 10_000, downtime: 25_000, inject: async (scope) => scope.faults.fillDisk([(await leader(scope)).name]) }),
    of('all three hosts powered off and on', { name: 'all-off', lasting: 5000, downtime: 90_000, inject: (scope) => scope.faults.powerOff(scope.cluster.hosts.map(({ name }) => name)) }),
  ];
}

async function switchover(scope: Scope): Promise<void> {
  const host = await leader(scope);
  const { layout } = wantedOf(scope);
  await host.run(switchoverTo({ host, layout, password: scope.credentials['patroni-api'] }, { leader: host.name }));
}
