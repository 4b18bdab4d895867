import { safeParse, type BaseIssue } from 'valibot';
import { Failure } from '../command/index.ts';
import { storeName, type CredentialSpec, type Secret, type SecretStore } from '../credentials/index.ts';
import { ownedHosts, type Host, type Inventory } from '../inventory/index.ts';
import { didYouMean } from '../inventory/nearest.ts';
import { keysAt } from './config-keys.ts';
import type { Endpoint, Module, Provision } from './definition.ts';
import type { LoadBalancer } from './load-balancer.ts';
import type { Port, ResolvedPort } from './port.ts';
import type { StackDefinition, Use } from './stack.ts';

/** A module of the stack with its configuration checked and its hosts found. */
export interface ResolvedUse {
  // oxlint-disable-next-line no-explicit-any
  readonly module: Module<any, any>;
  readonly config: object;
  readonly hosts: readonly Host[];
  readonly ports: readonly ResolvedPort[];
  /** The load balancer in front of its hosts; undefined when there is none. */
  readonly loadBalancer: LoadBalancer | undefined;
  readonly networks: readonly string[];
}

/** The stack's modules, each after those it requires. Throws Failure `badConfig` that names module, key and remedy. */
export function resolveUses(stack: StackDefinition, inventory: Inventory): readonly ResolvedUse[] {
  const problems: string[] = [];
  const ordered = inOrder(stack.modules, problems);
  const resolved: ResolvedUse[] = [];
  for (const wanted of ordered) {
    try {
      resolved.push(resolve(wanted, { inventory, before: resolved }));
    } catch (error) {
      const { name } = wanted.module;
      const message = error instanceof Error ? error.message : String(error);
      problems.push(message.startsWith(name) ? message : `${name}: ${message}`);
    }
  }
  if (problems.length > 0) throw new Failure('badConfig', problems.join('\n'), { next: `edit the stack ${stack.name}` });
  return resolved;
}

function inOrder(uses: readonly Use[], problems: string[]): readonly Use[] {
  const ordered: Use[] = [];
  const visit = (wanted: Use): void => {
    if (ordered.includes(wanted)) return;
    for (const needed of wanted.module.definition.requires) {
      const found = uses.find((u) => u.module === needed);
      if (found === undefined) problems.push(`${wanted.module.name} requires ${needed.name}, which the stack does not use: add use(${needed.name}) to its modules`);
      else visit(found);
    }
    ordered.push(wanted);
  };
  for (const each of uses) {
    if (uses.find((u) => u.module.name === each.module.name) !== each) problems.push(`${each.module.name} is used twice`);
    visit(each);
  }
  return ordered;
}

function resolve({ module, config, hosts }: Use, { inventory, before }: { inventory: Inventory; before: readonly ResolvedUse[] }): ResolvedUse {
  const { definition } = module;
  const parsed = safeParse(definition.config, config);
  if (!parsed.success) throw new Error(parsed.issues.map((issue: BaseIssue<unknown>) => told(module, issue)).join('\n'));
  const query = hosts ?? definition.hosts.query;
  const owned = query === 'all' ? inventory.hosts : ownedHosts(inventory, query, { what: module.name, ...(definition.hosts.count === undefined ? {} : { count: definition.hosts.count }) });
  const refused = owned.length === 0 ? undefined : definition.hosts.refused?.(owned);
  if (refused !== undefined) throw new Error(refused);
  const { ports, networks, loadBalancer } = definition;
  const declared: readonly Port[] = typeof ports === 'function' ? ports(parsed.output) : ports;
  return {
    module,
    config: parsed.output,
    hosts: owned,
    // A module it requires that could not be resolved is told of already.
    ports: declared.map((port) => ({ ...port, hosts: port.at === undefined ? owned : (before.find((u) => u.module === port.at)?.hosts ?? []) })),
    networks: networks?.(parsed.output) ?? [],
    loadBalancer: loadBalancer?.(parsed.output),
  };
}

function told({ name, definition }: Module, issue: BaseIssue<unknown>): string {
  const path = issue.path?.map((step) => String(step.key)) ?? [];
  if (issue.kind === 'schema' && issue.type === 'strict_object' && issue.expected === 'never') {
    return `${name}: unknown key ${path.join('.')}${didYouMean(path.at(-1) ?? '', keysAt(definition.config, path.slice(0, -1)))}`;
  }
  return `${[name, ...path].join('.')}: wanted ${issue.expected ?? issue.message}, got ${issue.received}`;
}

/** Every credential of the module as this stack uses it, by its key. */
export function credentialsOf({ module: { definition }, config }: Pick<ResolvedUse, 'module' | 'config'>): Readonly<Record<string, CredentialSpec>> {
  return { ...definition.credentials, ...definition.namedCredentials?.(config as never) } as Readonly<Record<string, CredentialSpec>>;
}

/** What a module of these uses is told when it says what it provides. */
export function provisionOf(uses: readonly ResolvedUse[], { used, inventory }: { used: ResolvedUse; inventory: Inventory }): Provision<never> {
  return {
    config: used.config as never,
    hosts: used.hosts,
    inventory,
    provided: (needed) => {
      const found = uses.find((u) => u.module === needed);
      const { provides } = needed.definition;
      if (found === undefined || provides === undefined) throw new TypeError(`${needed.name} provides nothing here`);
      return provides(provisionOf(uses, { used: found, inventory })) as never;
    },
  };
}

/** Where clients of the whole stack connect, by module, and as whom. */
export function endpointsOf({ uses, inventory }: { uses: readonly ResolvedUse[]; inventory: Inventory }, secrets: Pick<SecretStore, 'get'>): readonly (Endpoint & { readonly module: string })[] {
  return uses.flatMap((used) => {
    const { name, definition } = used.module;
    const credential = (key: string): Secret | undefined => secrets.get(storeName(name, key));
    return (definition.endpoints?.({ ...provisionOf(uses, { used, inventory }), credential }) ?? []).map((endpoint) => ({ ...endpoint, module: name }));
  });
}
