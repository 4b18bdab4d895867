import { describeModule, fakeCluster } from '@keybuzz/sdk/testing';
import { base } from '../src/index.ts';

describeModule(base, { cluster: fakeCluster({ redis: 1 }) });
