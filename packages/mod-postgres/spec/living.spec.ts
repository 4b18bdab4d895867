import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { certificatesOf, reboot, rebootOrder, rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { parse } from 'valibot';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { config as schema } from '../src/config.ts';
import { etcdctl } from '../src/etcd-member.ts';
import { health, postgres } from '../src/index.ts';
import { layoutOf } from '../src/layout.ts';
import { FakePostgres } from './fake-postgres.ts';

const fake = new FakePostgres();
const cluster = fake.join(fakeCluster({ 'db/postgres': 3, 'lb/internal-haproxy': 2 }, fake.options));
const secrets = fakeSecrets();
const data = '/opt/keybuzz/postgres/data';
let rolledOut: ReturnType<typeof cluster.snapshot>;

const stackWith = (config: Parameters<typeof use<typeof postgres.definition.config, unknown>>[1] = {}) =>
  fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(postgres, config)], { cluster, secrets });

/** What a rollout changed and how it failed, in order. */
async function changes(config?: Parameters<typeof stackWith>[0]): Promise<readonly string[]> {
  const open = stackWith(config).open();
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' || event.type === 'failure' ? [`${event.host}: ${event.type === 'change' ? event.summary : event.message}`] : []));
}

/** What health finds that is not as it should be. */
async function complaints(): Promise<readonly string[]> {
  const probes = await health(stackWith().open('plan'));
  return probes.filter(({ status }) => status !== 'ok').map(({ title, host, status, seen }) => `${host ?? 'cluster'} ${status}: ${title}: ${seen}`);
}

const on = (host: string, line: string) => cluster.host(host).execute(line);

// What a new cluster would be made with is in the file of every member: replicas first, the leader last.
const rewritten = ['postgres-02', 'postgres-03', 'postgres-01'].flatMap((host) => [`${host}: change /etc/patroni/config.yml (0640)`, `${host}: reload patroni: /etc/patroni/config.yml changed`]);

describe('a living cluster', () => {
  beforeAll(async () => {
    await changes();
    rolledOut = cluster.snapshot();
  });
  beforeEach(() => cluster.restore(rolledOut));

  it('is healthy', async () => {
    expect(await complaints()).toEqual([]);
  });

  it('is not touched, and neither is the way to it, while the stack has another authority than its members trust', async () => {
    const [own, other] = [secrets.get('stack/authority')!.reveal(), fakeSecrets()];
    await certificatesOf(other, { stack: 'another', module: 'postgres' }).authority();
    await secrets.set('stack/authority', other.get('stack/authority')!.reveal());
    const told = await changes();
    await secrets.set('stack/authority', own);
    expect(told).toEqual([expect.stringContaining('a cluster lives, and postgres-01, postgres-02, postgres-03 would be told to trust another certificate authority')]);
    expect(await changes()).toEqual([]);
  });

  it('has another leader when its own is gone, and says what is missing', async () => {
    await on('postgres-01', 'systemctl stop patroni');
    await cluster.clock.pause(25_000);
    expect(await complaints()).toEqual([
      'cluster degraded: replicas stream on the leader’s timeline: postgres-01 not in the cluster',
      'postgres-01 down: Patroni runs: inactive',
      'postgres-01 down: PostgreSQL runs: unknown',
      'internal-haproxy-01 degraded: leads to the replicas: 1 of 2',
      'internal-haproxy-02 degraded: leads to the replicas: 1 of 2',
    ]);
  });

  it('has members that were away back at once, both together', async () => {
    await on('postgres-02', 'systemctl stop patroni');
    await on('postgres-03', 'systemctl stop patroni');
    expect(await changes()).toEqual(['postgres-02: start patroni', 'postgres-03: start patroni']);
    expect(await complaints()).toEqual([]);
  });

  it('has a member whole again whose base backup the power ended: what it left is moved aside', async () => {
    await on('postgres-03', `rm ${data}/global/pg_control ${data}/base.json ${data}/postgresql.conf ${data}/patroni.dynamic.json`);
    cluster.host('postgres-03').powerCycle();
    expect(await changes()).toEqual([`postgres-03: move what a cut left in ${data} aside`, 'postgres-03: start patroni']);
    expect(await complaints()).toEqual([]);
    expect((await on('postgres-03', `ls ${data}/../unfinished-*`)).stdout).toBe('PG_VERSION\nglobal\n');
  });

  it('has a host back that was made anew: etcd forgets what it was, and it is copied from the leader', async () => {
    await on('postgres-03', `systemctl stop patroni etcd; rm -r ${data} /var/lib/etcd/keybuzz`);
    expect(await changes()).toEqual([
      'postgres-01: etcd forgets what postgres-03 was: its data is gone',
      'postgres-01: etcd waits for postgres-03 as a new member',
      'postgres-03: create /var/lib/etcd/keybuzz/ (0700 etcd:etcd)',
      'postgres-03: change /etc/default/etcd (0644)',
      'postgres-03: start etcd',
      `postgres-03: create ${data}/ (0700 postgres:postgres)`,
      'postgres-03: start patroni',
    ]);
    expect(await complaints()).toEqual([]);
    expect(await changes()).toEqual([]);
  });

  it.each([[['lost', 'lost', 'done']], [['done', 'lost']]] as const)('has it back although etcd had no leader for a moment: orders were %j', async (fates) => {
    await on('postgres-03', `systemctl stop patroni etcd; rm -r ${data} /var/lib/etcd/keybuzz`);
    fake.etcd.unled = [...fates];
    expect((await changes()).slice(-5)).toEqual([
      'postgres-03: create /var/lib/etcd/keybuzz/ (0700 etcd:etcd)',
      'postgres-03: change /etc/default/etcd (0644)',
      'postgres-03: start etcd',
      `postgres-03: create ${data}/ (0700 postgres:postgres)`,
      'postgres-03: start patroni',
    ]);
    expect([fake.etcd.unled, await complaints(), await changes()]).toEqual([[], [], []]);
  });

  it('waits for a host that was to be made anew when the run was cut after etcd forgot it', async () => {
    await on('postgres-03', `systemctl stop patroni etcd; rm -r ${data} /var/lib/etcd/keybuzz`);
    const layout = layoutOf(parse(schema, {}));
    const asked = cluster.inventory.hosts.find(({ name }) => name === 'postgres-02')!;
    const { members } = JSON.parse(fake.etcd.answered('/v3/cluster/member/list', {}).stdout) as { members: { ID: string; name?: string }[] };
    const id = BigInt(members.find(({ name }) => name === 'postgres-03')!.ID).toString(16);
    await on('postgres-02', etcdctl(asked, { layout, words: ['member', 'remove', id] }).text);
    expect(await changes()).toContain('postgres-01: etcd waits for postgres-03 as a new member');
    expect(await complaints()).toEqual([]);
  });

  it('has its machines started anew one after the other, the leader last and after it has handed over', async () => {
    const stack = stackWith().open();
    const hosts = cluster.inventory.hosts.filter(({ name }) => name.startsWith('postgres'));
    const boots = () => Promise.all(hosts.map(async ({ name }) => (await on(name, 'cat /proc/sys/kernel/random/boot_id')).stdout));
    const [order, before] = [await rebootOrder(stack, hosts), await boots()];
    expect(order.map(({ name }) => name)).toEqual(['postgres-02', 'postgres-03', 'postgres-01']);
    for (const host of order) await reboot(stack, host);
    expect([fake.patroni.leader?.place.name === 'postgres-01', (await boots()).filter((id) => before.includes(id)), await complaints()]).toEqual([false, [], []]);
  });

  it('has no machine started anew while a replica is away', async () => {
    await on('postgres-03', 'systemctl stop patroni');
    const stack = stackWith().open();
    const before = (await on('postgres-02', 'cat /proc/sys/kernel/random/boot_id')).stdout;
    await expect(reboot(stack, cluster.inventory.hosts.find(({ name }) => name === 'postgres-02')!)).rejects.toMatchObject({ kind: 'unsafe', message: expect.stringContaining('postgres-02 is not started anew while something is not well: postgres: ') as string });
    expect((await on('postgres-02', 'cat /proc/sys/kernel/random/boot_id')).stdout).toBe(before);
  });

  it('takes a larger value in on the replicas first; the leader hands over before its turn', async () => {
    expect(await changes({ config: { maxConnections: 300 } })).toEqual([
      ...rewritten,
      'postgres-01: configure the cluster: postgresql.parameters.max_connections = 300',
      'postgres-02: restart PostgreSQL on postgres-02: a parameter wants it',
      'postgres-03: restart PostgreSQL on postgres-03: a parameter wants it',
      'postgres-01: switch over from postgres-01',
    ]);
    expect(await complaints()).toEqual([]);
    expect(await changes({ config: { maxConnections: 300 } })).toEqual([]);
  });

  it('takes a smaller value in on the leader where it is, since replicas keep what it still has', async () => {
    expect(await changes({ config: { maxConnections: 100 } })).toEqual([
      ...rewritten,
      'postgres-01: configure the cluster: postgresql.parameters.max_connections = 100',
      'postgres-02: restart PostgreSQL on postgres-02: a parameter wants it',
      'postgres-03: restart PostgreSQL on postgres-03: a parameter wants it',
      'postgres-01: restart PostgreSQL on postgres-01: a parameter wants it',
      'postgres-02: restart PostgreSQL on postgres-02: a parameter wants it',
      'postgres-03: restart PostgreSQL on postgres-03: a parameter wants it',
    ]);
    expect(await changes({ config: { maxConnections: 100 } })).toEqual([]);
  });

  it('runs the PostgreSQL that is installed: replicas are restarted first, the leader hands over', async () => {
    for (const host of ['postgres-01', 'postgres-02', 'postgres-03']) await on(host, 'apt-get -q -y --allow-downgrades install postgresql-17=17.5-1');
    expect(await changes()).toEqual([
      'postgres-02: restart PostgreSQL on postgres-02: 170006 runs, 170005 is installed',
      'postgres-03: restart PostgreSQL on postgres-03: 170006 runs, 170005 is installed',
      'postgres-01: switch over from postgres-01',
    ]);
    expect(await complaints()).toEqual([]);
    expect(await changes()).toEqual([]);
  });

  it('has a member of etcd back that was stopped', async () => {
    await on('postgres-03', 'systemctl stop etcd');
    expect(await changes()).toEqual(['postgres-03: start etcd']);
    expect(await complaints()).toEqual([]);
  });

  it('chooses its next leader before anything is changed, when the run finds it without one', async () => {
    await on('postgres-01', 'systemctl stop patroni');
    expect((await changes({ config: { maxConnections: 300 } })).slice(0, 7)).toEqual([
      'postgres-01: change /etc/patroni/config.yml (0640)',
      'postgres-01: start patroni',
      'postgres-03: change /etc/patroni/config.yml (0640)',
      'postgres-03: reload patroni: /etc/patroni/config.yml changed',
      'postgres-02: change /etc/patroni/config.yml (0640)',
      'postgres-02: reload patroni: /etc/patroni/config.yml changed',
      'postgres-02: configure the cluster: postgresql.parameters.max_connections = 300',
    ]);
  });

  it('is not changed any further while a member of etcd is away', async () => {
    await on('postgres-03', 'systemctl stop etcd');
    const open = stackWith({ config: { maxConnections: 300 } }).open('apply', ['postgres-01', 'postgres-02']);
    await rollout(open);
    expect(open.events.flatMap((event) => (event.type === 'change' ? [event.summary] : event.type === 'failure' ? [event.message] : []))).toEqual([
      'a cluster that can bear a restart: not within 300 s; last seen: 2 of 3 members of etcd are healthy',
    ]);
  });

  it('comes back when all its hosts were off', async () => {
    for (const host of ['postgres-01', 'postgres-02', 'postgres-03']) cluster.host(host).powerCycle();
    await cluster.clock.pause(5000);
    expect(await complaints()).toEqual([]);
    expect(await changes()).toEqual([]);
  });

  it('tells what failed on its members and on the proxies, not only the first of it', async () => {
    await on('postgres-02', 'rm -r /etc/keybuzz/postgres; touch /etc/keybuzz/postgres');
    await on('internal-haproxy-02', 'rm -r /etc/pgbouncer; touch /etc/pgbouncer');
    expect(await changes()).toEqual([
      'postgres-02: /etc/keybuzz/postgres should be a directory, but a file stands there',
      'internal-haproxy-02: /etc/pgbouncer should be a directory, but a file stands there',
    ]);
  });

  it.each([
    [{ cluster: 'other' }, 'scope keybuzz-pg, wanted other'],
    [{ dataDirectory: '/srv/elsewhere' }, 'dataDirectory /opt/keybuzz/postgres/data, wanted /srv/elsewhere'],
  ])('is not told to belong elsewhere: %o', async (config, words) => {
    const before = (await on('postgres-01', 'cat /etc/patroni/config.yml')).stdout;
    const told = await changes({ config });
    expect(told.filter((line) => line.includes('would be told to belong to another one'))).toHaveLength(1);
    expect(told.join('\n')).toContain(`postgres-01: ${words}`);
    expect((await on('postgres-01', 'cat /etc/patroni/config.yml')).stdout).toBe(before);
  });
});
