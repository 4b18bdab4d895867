export { Cluster, Failures, parallel, rolling, type Strategy } from './cluster.ts';
export { defineModule, perHost, type Act, type ConfigSchema, type Credentials, type HostAct, type HostsWanted, type Module, type ModuleDefinition, type Provision } from './definition.ts';
export { openHost, type HostRun, type OpenHost } from './open-host.ts';
export { openStack, perform, performOnHost, type OpenStack, type OpenStackOptions, type Sessions } from './open-stack.ts';
export type { Port, Reach } from './port.ts';
export { readStack, type ReadStack } from './read-stack.ts';
export type { ResolvedUse } from './resolve.ts';
export type { Scope } from './scope.ts';
export { defineStack, use, type StackDefinition, type Use } from './stack.ts';
