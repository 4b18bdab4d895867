import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { use } from '@keybuzz/sdk';
import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { rabbitmq } from '../src/index.ts';
import { FakeRabbitmq } from './fake-rabbitmq.ts';

const fake = new FakeRabbitmq();
const cluster = fake.join(fakeCluster({ 'queue/rabbitmq': 3, 'lb/internal-haproxy': 2 }, fake.options));

describeModule(rabbitmq, { cluster, alike: ['rabbitmq-03', 'internal-haproxy-02'], with: [use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } })] });
