import { haproxy } from '@keybuzz/mod-haproxy';
import { asFailure, diskSpace, fact, sh, unitState, type Fact, type OpenHost, type Probe } from '@keybuzz/sdk';
import { backendProbes, type BackendsOn } from './backends.ts';
import { etcdTls } from './etcd.ts';
import { wantedOf, type PostgresScope, type Wanted } from './members.ts';
import { membersSeen, ownSeen, type Member, type OwnState } from './patroni-api.ts';
import { memberProbes } from './member-probes.ts';
import { port } from './ports.ts';
import { queried } from './sql.ts';
import { backendStates } from '@keybuzz/mod-haproxy';

/** What one database host said; undefined parts could not be had. */
export interface Answer {
  readonly host: string;
  readonly own: OwnState | undefined;
  readonly members: readonly Member[] | undefined;
  readonly connections: { readonly used: number; readonly max: number } | undefined;
  readonly etcd: boolean | undefined;
  readonly patroni: string;
  /** Percent of the data's disk in use. */
  readonly disk: number | undefined;
  /** Days until the certificate ends. */
  readonly certificate: number | undefined;
  readonly unreachable: string | undefined;
}

/** How the cluster and the way to it are: one round trip a host, nothing changed, never a throw. */
export async function clusterHealth(scope: PostgresScope): Promise<readonly Probe[]> {
  const wanted = wantedOf(scope);
  const [answers, proxies] = await Promise.all([
    Promise.all(scope.cluster.hosts.map((host) => ask(host, { scope, wanted }))),
    Promise.all(scope.hostsOf(haproxy).hosts.map((host) => askProxy(host))),
  ]);
  return [...memberProbes(answers, { wanted: wanted.members.map(({ name }) => name), dcs: scope.config.dcs }), ...backendProbes(proxies, wanted.members.length)];
}

const connectionsSeen = queried<{ used: number; max: number }>('connections', {
  database: 'postgres',
  query: `select json_build_object('used', (select count(*) from pg_stat_activity where backend_type = 'client backend'), 'max', current_setting('max_connections')::int)`,
});

function daysOf(path: string): Fact<number | undefined> {
  return fact({
    name: 'end of the certificate',
    command: sh`openssl x509 -noout -enddate -in ${path}`,
    anyExit: true,
    parse: ({ code, stdout }) => (code === 0 ? Math.floor((Date.parse(stdout.replace('notAfter=', '')) - Date.now()) / 86_400_000) : undefined),
  });
}

async function ask(host: OpenHost, { scope, wanted }: { scope: PostgresScope; wanted: Wanted }): Promise<Answer> {
  const { layout } = wanted;
  const api = { host, layout };
  const { authority, certificate, key } = etcdTls(layout);
  const own = ownSeen(api);
  const members = membersSeen(api);
  const disk = diskSpace(layout.dataDirectory);
  const days = daysOf(layout.tls.certificate);
  const patroni = unitState('patroni');
  const etcd = fact({ name: 'etcd', command: sh`curl --silent --max-time 3 --cacert ${authority} --cert ${certificate} --key ${key} ${`https://${host.address}:${port.etcdClient}/health`}`, anyExit: true, parse: ({ stdout }) => stdout.includes('"health":"true"') });
  try {
    const seen = await host.read([own, members, connectionsSeen, disk, days, patroni, ...(scope.config.dcs === 'etcd' ? [etcd] : [])]);
    const space = seen(disk);
    return {
      host: host.name,
      own: seen(own),
      members: seen(members),
      connections: seen(connectionsSeen),
      etcd: scope.config.dcs === 'etcd' ? seen(etcd) : undefined,
      patroni: seen(patroni).activeState,
      disk: space === undefined || space.size === 0 ? undefined : Math.round(((space.size - space.available) / space.size) * 100),
      certificate: seen(days),
      unreachable: undefined,
    };
  } catch (error) {
    return { host: host.name, own: undefined, members: undefined, connections: undefined, etcd: undefined, patroni: 'unknown', disk: undefined, certificate: undefined, unreachable: asFailure(error).message };
  }
}

async function askProxy(host: OpenHost): Promise<BackendsOn> {
  const states = backendStates();
  const pooler = unitState('pgbouncer');
  try {
    const seen = await host.read([states, pooler]);
    return { host: host.name, backends: seen(states), pooler: seen(pooler).activeState, unreachable: undefined };
  } catch (error) {
    return { host: host.name, backends: [], pooler: 'unknown', unreachable: asFailure(error).message };
  }
}
