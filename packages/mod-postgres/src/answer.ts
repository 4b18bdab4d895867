import { asFailure, certificateDays, diskSpace, madeOf, packageState, unitState, type OpenHost } from '@keybuzz/sdk';
import { etcdHealthy } from './etcd-health.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { answerAt, membersSeen, ownSeen, type Answered, type Member, type OwnState } from './patroni-api.ts';
import { queried } from './sql.ts';

/** What one database host said; undefined parts could not be had. */
export interface Answer {
  readonly host: string;
  readonly own: OwnState | undefined;
  readonly daemon: Daemon | undefined;
  readonly members: readonly Member[] | undefined;
  readonly server: Server | undefined;
  /** Undefined where the DCS is not etcd. */
  readonly etcd: boolean | undefined;
  /** The state of its unit. */
  readonly patroni: string;
  /** Versions of the programs that must be the same everywhere. */
  readonly packages: Readonly<Record<string, string>>;
  /** What carries the data, and how much of it is in use. */
  readonly disk: { readonly percent: number; readonly type: string; readonly where: string } | undefined;
  /** Days until the certificate ends. */
  readonly certificate: number | undefined;
  readonly unreachable: string | undefined;
}

/** What Patroni says of itself. */
export interface Daemon {
  /** Somebody told it to keep its hands off: nobody is replaced. */
  readonly paused: boolean;
  /** The DCS does not take the leader's lease; it leads on only while every member answers it. */
  readonly failsafe: boolean;
}

/** What PostgreSQL of one host says of itself. */
export interface Server {
  readonly used: number;
  readonly max: number;
  /** synchronous_standby_names; empty when no write waits for a replica. */
  readonly standbys: string;
  /** Replicas whose word makes an acknowledgement. */
  readonly confirming: number;
}

const serverSeen = queried<Server>({
  database: 'postgres',
  query: `select json_build_object('used', (select count(*) from pg_stat_activity where backend_type = 'client backend'), 'max', current_setting('max_connections')::int, 'standbys', current_setting('synchronous_standby_names'), 'confirming', (select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')))`,
});

/** What the host says, in one round trip; never a throw. */
export async function ask(host: OpenHost, scope: PostgresScope): Promise<Answer> {
  const { layout } = wantedOf(scope);
  const { dcs, version } = scope.config;
  const etcd = dcs === 'etcd';
  const api = { host, layout };
  const own = ownSeen(api);
  const members = membersSeen(api);
  const daemon = madeOf('Patroni itself', [answerAt(api, '/patroni')], (said) => (said === undefined ? undefined : daemonIn(said)));
  const disk = diskSpace(layout.dataDirectory);
  const days = certificateDays(layout.tls.certificate);
  const patroni = unitState('patroni');
  const healthy = etcdHealthy(host, layout);
  const programs = ['patroni', `postgresql-${version}`, ...(etcd ? ['etcd-server'] : [])];
  try {
    const seen = await host.read([own, members, daemon, serverSeen, disk, days, patroni, ...(etcd ? [healthy] : []), ...programs.map(packageState)]);
    const space = seen(disk);
    return {
      host: host.name,
      own: seen(own),
      daemon: seen(daemon),
      members: seen(members),
      server: seen(serverSeen),
      etcd: etcd ? seen(healthy) : undefined,
      patroni: seen(patroni).activeState,
      packages: Object.fromEntries(programs.map((name) => [name, seen(packageState(name)).version ?? 'none'])),
      disk: space === undefined || space.size === 0 ? undefined : { percent: Math.round(((space.size - space.available) / space.size) * 100), type: space.type, where: space.where },
      certificate: seen(days),
      unreachable: undefined,
    };
  } catch (error) {
    return { host: host.name, own: undefined, daemon: undefined, members: undefined, server: undefined, etcd: undefined, patroni: 'unknown', packages: {}, disk: undefined, certificate: undefined, unreachable: asFailure(error).message };
  }
}

function daemonIn(said: Answered): Daemon {
  return { paused: said['pause'] === true, failsafe: said['failsafe_mode_is_active'] === true };
}
