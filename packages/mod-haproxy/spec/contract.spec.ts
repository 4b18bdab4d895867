import { use } from '@keybuzz/sdk';
import { base } from '@keybuzz/mod-base';
import { describeModule, fakeCluster, withHaproxy } from '@keybuzz/sdk/testing';
import { haproxy } from '../src/index.ts';

describeModule(haproxy, { cluster: fakeCluster({ 'lb/internal-haproxy': 2 }, withHaproxy()), config: { loadBalancer: { address: '10.0.0.10' } }, with: [use(base)] });
