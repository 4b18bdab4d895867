import { expect } from 'vitest';
import { toMatchGolden } from './golden.ts';

expect.extend({ toMatchGolden });

export { changes, wanted, type Table } from './changes.ts';
export { describeModule, type ModuleContract, type ModulePromise } from './contract/describe-module.ts';
export { fakeCluster, type FakeCluster, type FleetOptions } from './fake-cluster.ts';
export { fakeHost, FakeHost, type FakeHostOptions, type Line } from './fake-host.ts';
export { fakeSecrets } from './fake-secrets.ts';
export { fakeStack, type FakeStack } from './fake-stack.ts';
export { toMatchGolden } from './golden.ts';
export type { Catalog, CatalogFile, CatalogPackage, CatalogUnit, Socket } from './machine/catalog.ts';
export type { HostState } from './machine/host-state.ts';
export type { Machine } from './machine/machine.ts';
export { parsed, program, ProgramError, type Call, type Output, type Program } from './machine/program.ts';
export { withHaproxy, type FakeServer } from './programs/haproxy.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
