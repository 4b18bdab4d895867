import type { Certificates, Secret } from '../credentials/index.ts';
import type { Faults } from '../drill/index.ts';
import type { Host, Inventory } from '../inventory/index.ts';
import type { Cluster } from './cluster.ts';
import type { Module } from './definition.ts';
import type { ResolvedUse } from './resolve.ts';

/** All that a verb of a module is given. */
export interface Scope<C = object, K extends string = string> {
  readonly module: string;
  /** The hosts the module owns, those that can still be worked on. */
  readonly cluster: Cluster;
  readonly config: C;
  readonly credentials: Readonly<Record<K, Secret>>;
  /** The stack's certificate authority, and certificates of it for this module's hosts and programs. */
  readonly certificates: Certificates;
  /** `plan` withholds changes; decisions are the same. */
  readonly mode: 'plan' | 'apply';
  readonly inventory: Inventory;
  /** The machine this runs on, as the hosts see it. */
  readonly controller: Host;
  /** Every module of the stack with its hosts and ports: what a firewall is computed from. */
  readonly uses: readonly ResolvedUse[];
  /** The hosts of a required module, those that can still be worked on: where this one has something to do besides. */
  // oxlint-disable-next-line no-explicit-any
  hostsOf(module: Module<any, any>): Cluster;
  /** What a required module provides. */
  // oxlint-disable-next-line no-explicit-any
  provided<P>(module: Module<any, P>): P;
}

/** What a drill is given besides: the faults it may make. */
export interface DrillScope<C = object, K extends string = string> extends Scope<C, K> {
  readonly faults: Faults;
}
