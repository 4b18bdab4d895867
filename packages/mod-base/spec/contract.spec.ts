import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { base } from '../src/index.ts';

describeModule(base, { cluster: fakeCluster({ db: 1, redis: 1 }), config: {} });
