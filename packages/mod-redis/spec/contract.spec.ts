import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { use } from '@keybuzz/sdk';
import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { redis } from '../src/index.ts';
import { FakeRedis } from './fake-redis.ts';

const fake = new FakeRedis();
const cluster = fake.join(fakeCluster({ 'redis/master': 1, 'redis/replica': 2, 'lb/internal-haproxy': 2 }, fake.options));

describeModule(redis, { cluster, with: [use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } })] });
