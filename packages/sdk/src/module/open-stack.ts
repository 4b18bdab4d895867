import { asFailure, Failure, type Session } from '../command/index.ts';
import type { Known } from '../converge/index.ts';
import { certificatesOf, type Secret, type SecretStore } from '../credentials/index.ts';
import type { Host } from '../inventory/index.ts';
import { createRedactor, type Probe, type Proof, type Report } from '../report/index.ts';
import type { Clock } from '../wait/index.ts';
import { Cluster, Failures } from './cluster.ts';
import type { HostAct, Module } from './definition.ts';
import { openHost, type OpenHost } from './open-host.ts';
import type { ReadStack } from './read-stack.ts';
import { credentialsOf, provisionOf, type ResolvedUse } from './resolve.ts';
import type { Scope } from './scope.ts';

/** How sessions are had; the pool of ssh/ in production, fake hosts in specs. */
export interface Sessions {
  session(host: Host): Promise<Session>;
  close(): Promise<void>;
}

export interface OpenStackOptions {
  readonly mode: 'plan' | 'apply';
  readonly sessions: Sessions;
  readonly secrets: SecretStore;
  readonly report: Report;
  /** Only these hosts, by name; all of the inventory by default. */
  readonly hosts?: readonly string[];
  /** What waits are measured with; the machine's own when not said. */
  readonly clock?: Clock;
}

/** A stack whose hosts can be reached: what module verbs are called with. */
export interface OpenStack extends ReadStack, OpenStackOptions {
  /** Every module with all its hosts, whichever of them are worked on: firewalls and endpoints are computed from these. */
  readonly whole: readonly ResolvedUse[];
  readonly redact: (text: string) => string;
  /** Resources touched in this run, by host. */
  readonly touched: Map<string, string[]>;
  /** What each host has answered, in a look at which nothing changes: it is asked everything once. */
  readonly known?: ReadonlyMap<string, Known>;
  /** Hosts that failed in this run and are left alone from then on. */
  readonly failed: Map<string, Failure>;
  close(): Promise<void>;
}

type Verb = 'install' | 'configure' | 'test' | 'health';
type VerbResult = { install: void; configure: void; test: readonly Proof[]; health: readonly Probe[] };
// oxlint-disable-next-line no-explicit-any
type AnyModule = Module<any, any>;

/** The stack, ready to be worked on; a host is connected when it is first needed. */
export function openStack(stack: ReadStack, options: OpenStackOptions): OpenStack {
  const { hosts } = options;
  return {
    ...stack,
    ...options,
    uses: stack.uses.map((u) => ({ ...u, hosts: u.hosts.filter((h) => hosts?.includes(h.name) ?? true) })),
    whole: stack.uses,
    redact: createRedactor(() => options.secrets.all()),
    touched: new Map(stack.inventory.hosts.map((h) => [h.name, []])),
    failed: new Map(),
    close: () => options.sessions.close(),
  };
}

/** One verb of one module was carried out on all its hosts that have not failed before. */
export async function perform<V extends Verb>(stack: OpenStack, module: AnyModule, verb: V): Promise<VerbResult[V]> {
  stack.report({ type: 'step', module: module.name, verb, host: undefined, state: 'started' });
  try {
    const result = (await module.definition[verb](await scopeOf(stack, module, verb))) as VerbResult[V];
    stack.report({ type: 'step', module: module.name, verb, host: undefined, state: 'finished' });
    return result;
  } catch (error) {
    for (const failure of error instanceof Failures ? error.failures : [asFailure(error)]) fail(stack, failure.within({ module: module.name, verb }));
    stack.report({ type: 'step', module: module.name, verb, host: undefined, state: 'failed' });
    throw error;
  }
}

/**
 * The acts were done on each host on its own, one after the other, the rest of the fleet unaffected by a host that
 * fails, which was reported. A plan changes nothing, so there they are asked together, in one round trip a host.
 * Throws, once it was reported, what keeps the module from being worked on anywhere.
 */
export async function performOnHosts(stack: OpenStack, module: AnyModule, verbs: readonly ('install' | 'configure')[]): Promise<void> {
  const scopes = await Promise.all(verbs.map((verb) => scopeOf(stack, module, verb))).catch((error: unknown) => {
    fail(stack, asFailure(error).within({ module: module.name, verb: verbs[0] }));
    throw error;
  });
  const hosts = scopes[0]?.cluster.hosts.map((h) => h.name) ?? [];
  await Promise.all(hosts.map(async (host) => {
    const acts = scopes.map((scope, i) => () => onHost(stack, scope, { module, verb: verbs[i] as 'install' | 'configure', host }));
    if (stack.mode === 'plan') await Promise.all(acts.map((act) => act()));
    else for (const act of acts) if (!(await act())) break;
  }));
}

async function onHost(stack: OpenStack, scope: Scope<never, never>, what: { module: AnyModule; verb: 'install' | 'configure'; host: string }): Promise<boolean> {
  const { module, verb, host } = what;
  const place = { type: 'step', module: module.name, verb, host } as const;
  stack.report({ ...place, state: 'started' });
  try {
    await (module.definition[verb] as HostAct<object, string>).onHost(scope.cluster.host(host), scope);
    stack.report({ ...place, state: 'finished' });
    return true;
  } catch (error) {
    // Both acts of a plan end at the same broken connection: it is told once.
    if (!stack.failed.has(host)) fail(stack, asFailure(error).within({ module: module.name, verb, host }));
    stack.report({ ...place, state: 'failed' });
    return false;
  }
}

/** The failure was reported, and its host is left alone from now on. */
function fail(stack: OpenStack, failure: Failure): void {
  const { host } = failure.context;
  if (host !== undefined) stack.failed.set(host, failure);
  tell(stack, failure);
}

/** The failure was reported. */
export function tell(stack: OpenStack, failure: Failure): void {
  const { host, module = '', verb = '', operation, command, result, next } = failure.context;
  const shown = (text: string | undefined): string | undefined => (text === undefined ? undefined : stack.redact(text));
  stack.report({
    type: 'failure',
    host: host ?? '',
    module,
    verb,
    kind: failure.kind,
    message: stack.redact(failure.message),
    operation,
    command: shown(command),
    output: shown(result === undefined ? undefined : `${result.stdout}${result.stderr}`.trimEnd().split('\n').slice(-20).join('\n')),
    next,
  });
}

/** What a verb of the module receives; the module's credentials are generated if they were missing. */
export async function scopeOf(stack: OpenStack, module: AnyModule, verb: Verb | 'drill' | 'switchover' | 'reboot'): Promise<Scope<never, never>> {
  const used = useOf(stack, module);
  const credentials: Record<string, Secret> = await stack.secrets.resolve(credentialsOf(used), module.name);
  const open = (host: Host): OpenHost =>
    openHost(host, {
      session: () => stack.sessions.session(host),
      mode: stack.mode,
      redact: stack.redact,
      report: stack.report,
      touched: stack.touched.get(host.name) ?? [],
      known: stack.known?.get(host.name),
      module: module.name,
      verb,
      clock: stack.clock,
    });
  const clusterOf = ({ hosts }: ResolvedUse): Cluster => new Cluster(hosts.filter((h) => !stack.failed.has(h.name)).map(open));
  return {
    module: module.name,
    cluster: clusterOf(used),
    config: used.config as never,
    credentials: credentials as never,
    certificates: certificatesOf(stack.secrets, { stack: stack.definition.name, module: module.name }),
    mode: stack.mode,
    inventory: stack.inventory,
    controller: stack.controller,
    uses: stack.whole,
    hostsOf: (needed) => clusterOf(useOf(stack, needed)),
    provided: (needed) => provisionOf(stack.whole, { used, inventory: stack.inventory }).provided(needed) as never,
  };
}

function useOf(stack: OpenStack, module: AnyModule): ResolvedUse {
  const used = stack.uses.find((u) => u.module === module);
  if (used === undefined) throw new Failure('badConfig', `the stack ${stack.definition.name} does not use ${module.name}`, { next: `add use(${module.name}) to its modules` });
  return used;
}
