import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { endpointsOf, rollout, scopeOf, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { FakeRedis } from './fake-redis.ts';

const fake = new FakeRedis();
const cluster = fake.join(fakeCluster({ 'redis/master': 1, 'redis/replica': 2, 'lb/internal-haproxy': 2 }, fake.options));
let secrets = fakeSecrets();
let values: ReadonlyMap<string, string>;
let rolledOut: ReturnType<typeof cluster.snapshot>;

const stackWith = (config: object = {}) =>
  fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(redis, { config })], { cluster, secrets });

/** What a rollout changed and how it failed, in order. */
async function changes(config: object = {}, hosts?: readonly string[]): Promise<readonly string[]> {
  const open = stackWith(config).open('apply', hosts);
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' ? [`${event.host}: ${event.summary}`] : event.type === 'failure' ? [`${event.host}: ${event.message}`] : []));
}

const on = async (host: string, line: string): Promise<string> => (await cluster.host(host).execute(line)).stdout;

describe('a living set', () => {
  beforeAll(async () => {
    await changes();
    rolledOut = cluster.snapshot();
    values = new Map(secrets.list().map(({ name }) => [name, secrets.get(name)?.reveal() ?? '']));
  });
  beforeEach(() => {
    cluster.restore(rolledOut);
    fake.answering = undefined;
    secrets = fakeSecrets(Object.fromEntries(values));
  });

  it('takes an order for done only when the server says so', async () => {
    for (const [answer, told] of [['LOADING Redis is loading the dataset in memory\n', 'LOADING'], ['MISCONF Errors writing to the AOF file\n', 'MISCONF'], ['gone', 'no OK to each of 2 lines: OK\nOK']] as const) {
      cluster.restore(rolledOut);
      await on('replica-02', 'sed -i /replicaof/d /var/lib/redis/redis.conf');
      fake.answering = (host, line) => (host === 'replica-02' && line === 'CONFIG REWRITE' ? answer : undefined);
      expect((await changes()).join('\n')).toContain(told);
      fake.answering = undefined;
      expect(await changes()).toEqual(['replica-02: follow master-01']);
    }
  });

  it('takes rotated passwords in without restarting anything, whichever they are, and refuses the former ones once they are confirmed', async () => {
    const names = ['admin', 'app', 'replication', 'sentinel', 'sentinel-clients', 'haproxy'].map((name) => `redis/${name}`);
    const former = secrets.get('redis/app')?.reveal() ?? '';
    for (const name of names) await secrets.rotate(name);
    const told = await changes();
    expect(told.filter((line) => /restart|start |hand over/.test(line))).toEqual([]);
    expect(told.filter((line) => line.includes('users of')).length).toBe(6);
    // Nobody shows a new password before everybody takes it.
    expect(told.findLastIndex((line) => line.includes('users of'))).toBeLessThan(told.findIndex((line) => /passwords|new password|haproxy/.test(line)));
    expect(await changes()).toEqual([]);
    const login = (password: string): Promise<string> => on('master-01', `printf 'AUTH kb_app ${password}\n' | redis-cli -h 127.0.0.1 -p 6379`);
    expect([await login(former), await login(secrets.get('redis/app')?.reveal() ?? '')]).toEqual(['OK\n', 'OK\n']);
    for (const name of names) await secrets.confirm(name);
    expect((await changes()).filter((line) => /start|hand over/.test(line))).toEqual([]);
    expect(await login(former)).toMatch(/^WRONGPASS/);
    expect(await changes()).toEqual([]);
  });

  it('is shown a rotated password only by a run that reaches all of it', async () => {
    for (const name of ['haproxy', 'sentinel', 'replication']) await secrets.rotate(`redis/${name}`);
    const told = await changes({}, ['internal-haproxy-01', 'replica-01']);
    expect(told).toContain('replica-01: the new redis/replication is shown to others only once every server knows it, and this run reaches 1 of 3 hosts');
    expect(told.filter((line) => line.startsWith('internal-haproxy-01'))).toEqual([]);
    expect((await changes()).filter((line) => line.includes('only once'))).toEqual([]);
    expect(await changes({}, ['internal-haproxy-01', 'replica-01'])).toEqual([]);
  });

  it('is left as it is when it takes no password of ours', async () => {
    for (let times = 0; times < 2; times += 1) await secrets.rotate('redis/admin');
    const running = cluster.states();
    const told = await changes();
    expect(told.filter((line) => !line.includes('neither the password redis/admin nor the one before it'))).toEqual([]);
    expect(told).toHaveLength(3);
    expect(cluster.states()).toEqual(running);
  });

  it('is waited for as long as a server copies what its master has, and systemd never ends one that reads', async () => {
    expect(await on('master-01', 'grep Timeout /etc/systemd/system/redis-server.service.d/keybuzz.conf')).toContain('TimeoutStartSec=infinity\n');
    await on('replica-02', 'sed -i /replicaof/d /var/lib/redis/redis.conf');
    const until = cluster.clock.now() + 150_000;
    const copying = '# Server\nredis_build_id:ae4d7c971a948f0\nrole:slave\nmaster_host:10.0.0.11\nmaster_link_status:down\nmaster_sync_in_progress:1\n';
    fake.answering = (host, line) => (host === 'replica-02' && line === 'INFO' && cluster.clock.now() < until ? copying : undefined);
    expect(await changes()).toEqual(['replica-02: follow master-01']);
    expect(cluster.clock.now()).toBeGreaterThanOrEqual(until);
  });

  it('keeps a server that runs from a restart while another one is away', async () => {
    await on('replica-02', 'systemctl stop redis-server');
    const told = await changes({ purpose: 'cache' }, ['replica-01']);
    expect(told).toEqual([expect.stringContaining('its Sentinel does not find replica-02 well, and the set would not stand the loss of replica-01 as well') as string]);
    // Those that are away come back first, then the others have their turn.
    expect((await changes({ purpose: 'cache' })).slice(0, 3)).toEqual(['replica-02: change /etc/keybuzz/redis/redis.conf (0640)', 'replica-02: start redis-server', 'replica-01: change /etc/keybuzz/redis/redis.conf (0640)']);
  });

  it('that has lost its master has it back before any of the others is restarted, one after the other', async () => {
    await on('master-01', 'systemctl stop redis-server');
    const told = (await changes({ purpose: 'cache' })).filter((line) => /start/.test(line));
    expect(told.slice(0, 3)).toEqual([
      'master-01: start redis-server',
      'replica-01: restart redis-server: /etc/keybuzz/redis/redis.conf changed',
      'replica-02: restart redis-server: /etc/keybuzz/redis/redis.conf changed',
    ]);
  });

  it('takes no fourth Sentinel while it lives, and has it forgotten when it is gone', async () => {
    const fourth = { name: 'x', ip: '10.0.0.77', port: '26379' };
    fake.strangers = [{ ...fourth, flags: 'sentinel' }];
    const told = await changes({ purpose: 'cache' });
    expect(told).toHaveLength(3);
    for (const line of told) expect(line).toContain("the Sentinel 10.0.0.77:26379 takes part, and is no host of this stack's redis");
    fake.strangers = [{ ...fourth, flags: 's_down,sentinel' }];
    expect((await changes()).slice(0, 1)).toEqual(['master-01: have Sentinel forget 10.0.0.77']);
    expect(await changes()).toEqual([]);
  });

  it('has the host lead that is named, or another one, and prefers nobody afterwards', async () => {
    const switched = async (to?: string) => redis.definition.switchover?.(await scopeOf(stackWith().open(), redis, 'switchover'), to);
    expect(await switched('replica-02')).toBe('replica-02');
    expect(await changes()).toEqual([]);
    expect(await switched('replica-02')).toBe('replica-02');
    expect(await switched()).not.toBe('replica-02');
    await expect(switched('replica-2')).rejects.toThrow('--to replica-2: no host of the set (did you mean replica-02?)');
    expect(await changes()).toEqual([]);
  });

  it('tells where clients connect, without a secret', () => {
    const urls = (config?: object): readonly string[] => endpointsOf({ uses: stackWith(config).open('plan').uses, inventory: cluster.inventory }, secrets).map(({ url }) => url);
    const sentinels = 'redis+sentinel://10.0.0.11:26379,10.0.0.12:26379,10.0.0.13:26379/kb-redis-master';
    expect(urls()).toEqual(['redis://kb_app@10.0.0.10:6379', 'redis://kb_app@10.0.0.10:6380', sentinels]);
    expect(urls({ reads: false, appUser: 'shop' })).toEqual(['redis://shop@10.0.0.10:6379', sentinels]);
  });

  it('runs what is installed after an upgrade: the replicas first, the master when it has handed over', async () => {
    fake.build = 'another';
    expect((await changes()).filter((line) => /start|hand over/.test(line))).toEqual([
      'replica-01: restart redis-server: another version is installed',
      'replica-01: restart redis-sentinel: another version is installed',
      'replica-02: restart redis-server: another version is installed',
      'replica-02: restart redis-sentinel: another version is installed',
      'master-01: hand over to another server',
      'master-01: restart redis-server: another version is installed',
      'master-01: restart redis-sentinel: another version is installed',
    ]);
    expect(await changes()).toEqual([]);
    fake.build = 'ae4d7c971a948f0';
  });
});
