import type { BaseIssue, BaseSchema, InferOutput } from 'valibot';
import type { CredentialSpec, Secret } from '../credentials/index.ts';
import type { Drill } from '../drill/index.ts';
import type { Host, HostQuery, Inventory } from '../inventory/index.ts';
import type { Probe, Proof } from '../report/index.ts';
import type { OpenHost } from './open-host.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Port } from './port.ts';
import type { DrillScope, Scope } from './scope.ts';
import { perform, type OpenStack } from './open-stack.ts';

/** A valibot schema of a module's configuration, a strict object: unknown keys are refused by name. */
export type ConfigSchema = BaseSchema<unknown, object, BaseIssue<unknown>>;

/** What a module does to its hosts so that they are as wanted. */
export type Act<C, K extends string> = (scope: Scope<C, K>) => Promise<void>;

/** The same, for hosts that need not know of one another: each goes on as soon as it can. */
export interface HostAct<C, K extends string> {
  (scope: Scope<C, K>): Promise<void>;
  readonly onHost: (host: OpenHost, scope: Scope<C, K>) => Promise<void>;
}

/** An act done host by host, independently. */
export function perHost<C, K extends string>(onHost: (host: OpenHost, scope: Scope<C, K>) => Promise<void>): HostAct<C, K> {
  const act = async (scope: Scope<C, K>): Promise<void> => void (await scope.cluster.each((host) => onHost(host, scope)));
  return Object.assign(act, { onHost });
}

/** Which hosts a module owns when the stack does not say: a query, and how many there must be. */
export interface HostsWanted {
  readonly query: HostQuery | 'all';
  readonly count?: number;
  /** Why these hosts do not do, in words; undefined when they do. Nothing is begun with hosts that do not. */
  readonly refused?: (hosts: readonly Host[]) => string | undefined;
}

/** What a module knows when it tells others what it provides. */
export interface Provision<C> {
  readonly config: C;
  readonly hosts: readonly Host[];
  readonly inventory: Inventory;
  /** What a required module provides. */
  // oxlint-disable-next-line no-explicit-any
  provided<Q>(module: Module<any, Q>): Q;
}

/** Credentials of a module as the store has them; nothing of one that was not made yet. */
export interface StoredCredentials<K extends string> {
  credential(this: void, key: K): Secret | undefined;
}

/** Where a client connects, without a secret. */
export interface Endpoint {
  readonly title: string;
  readonly url: string;
}

/** Everything that is to be known of a technology, on one screen. */
export interface ModuleDefinition<S extends ConfigSchema, K extends string, P> {
  readonly name: string;
  readonly summary: string;
  /** Imported definitions: install order is their order. */
  // oxlint-disable-next-line no-explicit-any
  readonly requires: readonly Module<any, any>[];
  readonly hosts: HostsWanted;
  readonly config: S;
  readonly credentials: Readonly<Record<K, CredentialSpec>>;
  /** Credentials besides, of what the configuration names, such as a role's password. */
  readonly namedCredentials?: (config: InferOutput<S>) => Readonly<Partial<Record<K, CredentialSpec>>>;
  readonly ports: readonly Port[] | ((config: InferOutput<S>) => readonly Port[]);
  /** Networks besides the private one whose traffic this stack's hosts let in, such as pod and service CIDRs. */
  readonly networks?: (config: InferOutput<S>) => readonly string[];
  /** The load balancer in front of the module's hosts, which offers the balanced ports of every module that listens there. */
  readonly loadBalancer?: (config: InferOutput<S>) => LoadBalancer | undefined;
  /** What a module that requires this one receives. */
  readonly provides?: (about: Provision<InferOutput<S>>) => P;
  /** Where clients connect once it is rolled out. */
  readonly endpoints?: (about: Provision<InferOutput<S>> & StoredCredentials<K>) => readonly Endpoint[];
  readonly install: Act<InferOutput<S>, K>;
  readonly configure: Act<InferOutput<S>, K>;
  readonly test: (scope: Scope<InferOutput<S>, K>) => Promise<readonly Proof[]>;
  readonly health: (scope: Scope<InferOutput<S>, K>) => Promise<readonly Probe[]>;
  /** What an operator should know of what was chosen, a line each: told with every plan. */
  readonly notes?: (config: InferOutput<S>) => readonly string[];
  /** What it puts on one of its hosts besides listening there, such as `['lets in', '22/tcp from 10.0.0.0/16']`; no host is asked. */
  readonly explain?: (host: Host, about: Pick<Scope<InferOutput<S>, K>, 'config' | 'uses' | 'inventory' | 'controller'>) => readonly (readonly [what: string, text: string])[];
  /** Who leads now, undefined when nobody does. */
  readonly leader?: (scope: Scope<InferOutput<S>, K>) => Promise<string | undefined>;
  /** The host can be taken out of service: what it leads was handed over. Throws Failure with what keeps it from that. */
  readonly spare?: (scope: Scope<InferOutput<S>, K>, host: OpenHost) => Promise<void>;
  /** Another host leads: the named one, or the best there is; its name. Throws Failure with what keeps it from that. */
  readonly switchover?: (scope: Scope<InferOutput<S>, K>, to: string | undefined) => Promise<string>;
  /** The faults it is to live through and what it promises for each. */
  readonly drills?: readonly Drill<DrillScope<InferOutput<S>, K>>[] | ((config: InferOutput<S>) => readonly Drill<DrillScope<InferOutput<S>, K>>[]);
}

/** A technology with its four verbs, callable by custom scripts on an open stack. */
export interface Module<S extends ConfigSchema = ConfigSchema, P = unknown> {
  readonly name: string;
  // oxlint-disable-next-line no-explicit-any
  readonly definition: ModuleDefinition<S, any, P>;
  readonly install: (stack: OpenStack) => Promise<void>;
  readonly configure: (stack: OpenStack) => Promise<void>;
  readonly test: (stack: OpenStack) => Promise<readonly Proof[]>;
  readonly health: (stack: OpenStack) => Promise<readonly Probe[]>;
}

/** The module, its four verbs bound to open stacks. */
export function defineModule<S extends ConfigSchema, K extends string, P = undefined>(definition: ModuleDefinition<S, K, P>): Module<S, P> {
  const module: Module<S, P> = {
    name: definition.name,
    definition,
    install: (stack) => perform(stack, module, 'install'),
    configure: (stack) => perform(stack, module, 'configure'),
    test: (stack) => perform(stack, module, 'test'),
    health: (stack) => perform(stack, module, 'health'),
  };
  return module;
}

export type Credentials<K extends string> = Readonly<Record<K, Secret>>;
