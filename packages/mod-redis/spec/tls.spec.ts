import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { endpointsOf, rollout, use } from '@keybuzz/sdk';
import { describeModule, fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { FakeRedis } from './fake-redis.ts';

const fake = new FakeRedis();
const cluster = fake.join(fakeCluster({ 'redis/master': 1, 'redis/replica': 2, 'lb/internal-haproxy': 2 }, fake.options));
const others = [use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } })];

// Certificates, and questions with TLS; what is cut where is the same as without.
describeModule(redis, { cluster, config: { tls: true }, alike: ['replica-01', 'replica-02'], cutsInside: 10, with: others });

describe('a set with TLS', () => {
  const from = cluster.snapshot();
  const secrets = fakeSecrets();
  const stackWith = (config: object) => fakeStack([...others, use(redis, { config })], { cluster, secrets });
  const changes = async (config: object, mode: 'plan' | 'apply' = 'apply'): Promise<readonly string[]> => {
    const open = stackWith(config).open(mode);
    await rollout(open);
    return open.events.flatMap((event) => (event.type === 'change' ? [`${event.host}: ${event.summary}`] : event.type === 'failure' ? [`${event.host}: ${event.message}`] : []));
  };

  it('is told where clients connect, and takes a renewed certificate in: servers without a restart, one Sentinel after the other with one', async () => {
    cluster.restore(from);
    await changes({ tls: true });
    expect(await changes({ tls: true })).toEqual([]);
    const urls = endpointsOf({ uses: stackWith({ tls: true }).open('plan').uses, inventory: cluster.inventory }, fakeSecrets()).map(({ url }) => url);
    expect(urls).toEqual(['rediss://kb_app@10.0.0.10:6379', 'rediss://kb_app@10.0.0.10:6380', 'rediss+sentinel://10.0.0.11:26379,10.0.0.12:26379,10.0.0.13:26379/kb-redis-master']);
    await secrets.rotate('redis/tls-replica-01');
    const told = await changes({ tls: true });
    expect(told.filter((line) => !line.startsWith('replica-01: '))).toEqual([]);
    expect(told.filter((line) => !line.includes('change /etc'))).toEqual([
      'replica-01: certificate of redis-server: /etc/keybuzz/redis/server.pem, /etc/keybuzz/redis/server.key changed',
      'replica-01: restart redis-sentinel: /etc/keybuzz/redis/server.pem, /etc/keybuzz/redis/server.key changed',
    ]);
    expect(await changes({ tls: true })).toEqual([]);
  });

  it('is not made of one that runs without, nor the other way, until it is stopped', async () => {
    // The one of before runs with TLS.
    expect(await changes({})).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('the set runs with TLS and is to run without it') as string));
    cluster.restore(from);
    await changes({});
    expect(await changes({ tls: true })).toEqual(Array.from({ length: 3 }, () => expect.stringContaining('the set runs without TLS and is to run with it') as string));
    for (const host of ['master-01', 'replica-01', 'replica-02']) await cluster.host(host).execute('systemctl stop redis-sentinel redis-server');
    expect((await changes({ tls: true })).filter((line) => line.includes('TLS'))).toEqual([]);
    expect(await changes({ tls: true })).toEqual([]);
  }, 60_000);
});
