import type { Secret } from '../credentials/index.ts';
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
  /** `plan` withholds changes; decisions are the same. */
  readonly mode: 'plan' | 'apply';
  readonly inventory: Inventory;
  /** The machine this runs on, as the hosts see it. */
  readonly controller: Host;
  /** Every module of the stack with its hosts and ports: what a firewall is computed from. */
  readonly uses: readonly ResolvedUse[];
  /** What a required module provides. */
  provided<P>(module: Module<never, P>): P;
}
