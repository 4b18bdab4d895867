import { program, ProgramError, withHaproxy, type Call, type Catalog, type FakeCluster, type FakeServer, type FleetOptions, type Machine, type Output, type Program } from '@keybuzz/sdk/testing';
import { FakeCurl } from './fake-curl.ts';
import { FakeData } from './fake-data.ts';
import { FakeEtcd } from './fake-etcd.ts';
import { FakeFleet, runs } from './fake-fleet.ts';
import { FakePatroni } from './fake-patroni.ts';
import { fakePsql } from './fake-psql.ts';

/** `runuser -u USER -- PROGRAM …`, where the account and the program are there. */
async function runuser(call: Call): Promise<Partial<Output>> {
  const [u, user, dashes, name = '', ...args] = call.args;
  if (u !== '-u' || dashes !== '--') throw new ProgramError('the fake machine knows runuser -u USER -- PROGRAM … only', 2);
  return asUser(call, { user, name, args });
}

/** `setpriv --reuid=USER --regid=USER --init-groups PROGRAM …`, where the account and the program are there. */
async function setpriv(call: Call): Promise<Partial<Output>> {
  const [, user, words] = /^--reuid=(\w+) --regid=\1 --init-groups (.*)$/.exec(call.args.join(' ')) ?? [];
  if (user === undefined || words === undefined) throw new ProgramError('the fake machine knows setpriv --reuid=USER --regid=USER --init-groups PROGRAM … only', 2);
  const [name = '', ...args] = call.args.slice(3);
  return asUser(call, { user, name, args });
}

async function asUser(call: Call, { user, name, args }: { user: string | undefined; name: string; args: readonly string[] }): Promise<Partial<Output>> {
  const { tree, programs } = call.machine;
  if (!new RegExp(`^${user}:`, 'm').test(tree.text('/etc/passwd'))) throw new ProgramError(`user ${user} does not exist or the user entry does not contain all the required fields`);
  const found = programs.find((each) => (each.path ?? `/usr/bin/${each.name}`) === (name.includes('/') ? name : `/usr/bin/${name}`));
  if (found === undefined || tree.find(found.path ?? `/usr/bin/${name}`) === undefined) throw new ProgramError(`failed to execute ${name}: No such file or directory`, 127);
  const answer = await found.run({ ...call, args });
  return typeof answer === 'string' ? { stdout: answer } : (answer ?? {});
}

function openssl({ machine, args }: Call): string {
  if (args[0] !== 's_client') throw new ProgramError(`the fake machine does not know openssl ${args.join(' ')}`, 2);
  if (!runs(machine, 'pgbouncer.service')) throw new ProgramError('connect:errno=111');
  return '';
}

// A part of what `postgres --describe-config` lists: its first column are names.
const parameters = [
  'archive_mode', 'checkpoint_completion_target', 'effective_cache_size', 'hot_standby', 'log_checkpoints', 'log_lock_waits', 'maintenance_work_mem', 'max_connections', 'max_replication_slots', 'max_wal_senders', 'max_wal_size', 'min_wal_size', 'password_encryption', 'random_page_cost', 'shared_buffers',
  'shared_preload_libraries', 'ssl', 'ssl_ca_file', 'ssl_cert_file', 'ssl_key_file', 'wal_keep_size', 'wal_level', 'wal_log_hints', 'wal_receiver_timeout', 'wal_sender_timeout', 'work_mem',
];

function postgres({ machine, args }: Call): string {
  const version = machine.packages.get('postgresql-17')?.version ?? '';
  if (args.join(' ') === '--version') return `postgres (PostgreSQL) ${version.split('-')[0]} (Debian ${version})\n`;
  if (args.join(' ') !== '--describe-config') throw new ProgramError('the fake machine knows postgres --describe-config only', 2);
  return parameters.map((name) => `${name}\tpostmaster\tresource\n`).join('');
}

function controldata({ machine, args, cwd }: Call): string {
  if (args.join(' ') !== '-D .') throw new ProgramError('the fake machine knows pg_controldata -D . only', 2);
  return new FakeData(machine, cwd).control;
}

const account = { name: 'postgres', home: '/var/lib/postgresql', shell: '/bin/bash' } as const;
const ini = '/etc/pgbouncer/pgbouncer.ini';
const setting = ({ tree }: Machine, name: string): string | undefined => new RegExp(`^${name} *= *(\\S+)`, 'm').exec(tree.textIfAny(ini))?.[1];

/** What its archives have. */
const software: Catalog = {
  // Its postgresql.service does nothing where no cluster was made by hand: it is left out.
  'postgresql-common': { users: [account], depends: ['openssl'], folders: ['/etc/postgresql', '/var/lib/postgresql', '/var/run/postgresql', '/var/log/postgresql'], files: { '/etc/postgresql-common/createcluster.conf': '#create_main_cluster = true\n' } },
  'postgresql-17': { version: '17.6-0+deb13u1', versions: ['17.5-1'], depends: ['postgresql-common'] },
  'postgresql-17-pgvector': { depends: ['postgresql-17'] },
  'etcd-client': {},
  'python3-etcd': {},
  curl: {},
  openssl: {},
  pgbouncer: {
    version: '1.24.1-1',
    depends: ['postgresql-common'],
    files: { [ini]: { content: '[databases]\n[pgbouncer]\nlisten_addr = localhost\nlisten_port = 6432\n', mode: 0o640, owner: 'postgres', group: 'postgres' } },
    units: [
      {
        name: 'pgbouncer.service',
        reads: [ini],
        reloads: true,
        refuses: (machine) => ['client_tls_cert_file', 'client_tls_key_file', 'server_tls_ca_file'].map((name) => setting(machine, name)).find((path) => path !== undefined && machine.tree.find(path) === undefined),
        listens: (machine) => [{ protocol: 'tcp', port: Number(setting(machine, 'listen_port')), address: (setting(machine, 'listen_addr') ?? '').replace('localhost', '127.0.0.1') }],
      },
    ],
  },
};

/** Machines whose archives have PostgreSQL, Patroni, etcd, PgBouncer and HAProxy, which see one another once the cluster has joined. */
export class FakePostgres {
  readonly fleet = new FakeFleet();
  readonly etcd = new FakeEtcd(this.fleet);
  readonly patroni = new FakePatroni(this.fleet, this.etcd);

  join(cluster: FakeCluster): FakeCluster {
    this.fleet.join(cluster);
    return cluster;
  }

  get options(): FleetOptions {
    const { fleet, etcd, patroni } = this;
    const proxy = withHaproxy({ servers: (machine) => this.#servers(machine) });
    const curl = new FakeCurl({ fleet, etcd, patroni });
    const own: readonly Program[] = [
      program('runuser', runuser, { path: '/usr/sbin/runuser' }),
      program('setpriv', setpriv),
      program('openssl', openssl, { package: 'openssl' }),
      program('curl', (call) => curl.run(call), { package: 'curl' }),
      program('etcdctl', (call) => etcd.etcdctl(call), { package: 'etcd-client' }),
      program('psql', (call) => fakePsql(patroni, call), { path: '/usr/lib/postgresql/17/bin/psql', package: 'postgresql-17' }),
      program('postgres', postgres, { path: '/usr/lib/postgresql/17/bin/postgres', package: 'postgresql-17' }),
      program('pg_controldata', controldata, { path: '/usr/lib/postgresql/17/bin/pg_controldata', package: 'postgresql-17' }),
    ];
    return { packages: { ...proxy.packages, ...software, 'etcd-server': etcd.package, patroni: patroni.package }, programs: [...proxy.programs, ...own] };
  }

  /** What the checks of HAProxy find, where it has the fragment. */
  #servers(machine: Machine): readonly FakeServer[] {
    if (!(machine.kernel.get('haproxy') ?? '').includes('postgres.cfg')) return [];
    const { leader } = this.patroni;
    return this.fleet.places.filter(({ machine: each }) => runs(each, 'patroni.service')).flatMap(({ name }) => [
      { backend: 'postgres_primary', server: name, status: leader?.place.name === name ? 'UP' : 'DOWN' },
      { backend: 'postgres_replicas', server: name, status: leader?.place.name === name ? 'DOWN' : 'UP' },
    ]);
  }
}
