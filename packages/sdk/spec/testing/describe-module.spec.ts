import { describeModule, fakeCluster } from '../../src/testing/index.ts';
import { toy } from './toy-module.ts';

// The contract on a module that keeps every promise, on two hosts. What it finds in others is in contract.spec.ts.
describeModule(toy(), { cluster: fakeCluster({ redis: 2 }, { packages: toy.packages }), config: { greeting: 'hello' }, exempt: { readme: 'the toy is no package' } });
