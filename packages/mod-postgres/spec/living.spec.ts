import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { health, postgres } from '../src/index.ts';
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
    await on('postgres-03', `rm ${data}/global/pg_control ${data}/base.json`);
    cluster.host('postgres-03').powerCycle();
    expect(await changes()).toEqual([`postgres-03: move what a cut left in ${data} aside`, 'postgres-03: start patroni']);
    expect(await complaints()).toEqual([]);
    expect((await on('postgres-03', `ls ${data}/../unfinished-*`)).stdout).toBe('PG_VERSION\nglobal\n');
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
});
