import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { use } from '@keybuzz/sdk';
import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { redis } from '../src/index.ts';
import { FakeRedis } from './fake-redis.ts';

const fake = new FakeRedis('valkey');
const cluster = fake.join(fakeCluster({ 'redis/master': 1, 'redis/replica': 2, 'lb/internal-haproxy': 2 }, fake.options));

// Other names of units, programs, folders and the account; what is cut where is the same as with Redis.
describeModule(redis, { cluster, config: { engine: 'valkey' }, alike: ['replica-01', 'replica-02'], cutsInside: 10, with: [use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } })] });
