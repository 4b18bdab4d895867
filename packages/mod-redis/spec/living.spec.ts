import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redis } from '../src/index.ts';
import { FakeRedis } from './fake-redis.ts';

const fake = new FakeRedis();
const cluster = fake.join(fakeCluster({ 'redis/master': 1, 'redis/replica': 2, 'lb/internal-haproxy': 2 }, fake.options));
const secrets = fakeSecrets();
let rolledOut: ReturnType<typeof cluster.snapshot>;

/** What a rollout changed and how it failed, in order. */
async function changes(config: object = {}): Promise<readonly string[]> {
  const open = fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(redis, { config })], { cluster, secrets }).open();
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' ? [`${event.host}: ${event.summary}`] : event.type === 'failure' ? [`${event.host}: ${event.message}`] : []));
}

const on = async (host: string, line: string): Promise<string> => (await cluster.host(host).execute(line)).stdout;

describe('a living set', () => {
  beforeAll(async () => {
    await changes();
    rolledOut = cluster.snapshot();
  });
  beforeEach(() => {
    cluster.restore(rolledOut);
    fake.answering = undefined;
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
});
