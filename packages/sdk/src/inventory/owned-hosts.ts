import { Failure } from '../command/index.ts';
import type { Host, Inventory } from './host.ts';
import { formatQuery, isNames, select, type HostQuery } from './select.ts';

/** What a module expects of its hosts: its name, and how many there must be. */
export interface Expected {
  readonly count?: number;
  readonly what: string;
}

/**
 * The hosts one module owns, at least one. A query by role means one cluster: when hosts of the same role and subrole are in several pools
 * and the query names neither pool nor names, it is ambiguous. Throws Failure `badConfig` with the candidates and the line to write in the stack.
 */
export function ownedHosts(inventory: Inventory, query: HostQuery, expected: Expected = { what: 'the module' }): readonly Host[] {
  const hosts = select(inventory, query);
  if (hosts.length === 0) throw none(inventory, query, expected);
  const pools = ambiguous(query, hosts);
  if (pools.length > 1) throw several(query, { hosts, pools, expected });
  if (expected.count !== undefined && hosts.length !== expected.count) {
    throw wrong(expected, `wants ${countOf(expected.count)}, but ${formatQuery(query)} is ${countOf(hosts.length)}: ${names(hosts)}`);
  }
  return hosts;
}

/** The pools between which a query leaves the choice open; at most one when it does not. */
function ambiguous(query: HostQuery, hosts: readonly Host[]): readonly (string | undefined)[] {
  if (isNames(query) || query.name !== undefined || query.pool !== undefined) return [];
  if (query.role === undefined && query.subrole === undefined) return [];
  // Masters and workers of one K3s live in pools of their own: only the same role and subrole in two pools is a question.
  const kinds = Map.groupBy(hosts, (host) => `${host.role}/${host.subrole ?? ''}`);
  const open = [...kinds.values()].filter((kind) => new Set(kind.map((host) => host.pool)).size > 1).flat();
  return [...new Set(open.map((host) => host.pool))];
}

function several(query: HostQuery, about: { hosts: readonly Host[]; pools: readonly (string | undefined)[]; expected: Expected }): Failure {
  const { hosts, pools, expected } = about;
  const candidates = pools.flatMap((pool) => {
    const group = hosts.filter((host) => host.pool === pool);
    const precise = pool === undefined ? group.map((host) => host.name) : { ...query, pool };
    return [`${pool === undefined ? 'no pool' : `pool ${pool}`}: ${names(group)}`, `  ${lineFor(expected, precise)}`];
  });
  const lines = [`wants one cluster, but ${formatQuery(query)} is in ${pools.length} pools; write in the stack one of:`, ...candidates];
  return new Failure('badConfig', `${expected.what} ${lines.join('\n  ')}`, { next: 'write one of these lines in the stack' });
}

function none(inventory: Inventory, query: HostQuery, expected: Expected): Failure {
  const { file, env, hosts } = inventory;
  const kinds = [...new Set(hosts.map((host) => `${host.role}/${host.subrole ?? ''}${host.pool === undefined ? '' : ` (pool ${host.pool})`}`))];
  return wrong(expected, `has no host: none in ${file} (${env}) is ${formatQuery(query)}. There are ${kinds.join(', ')}`);
}

function wrong(expected: Expected, message: string): Failure {
  const next = `write in the stack: ${lineFor(expected, ['NAME', '…'])}`;
  return new Failure('badConfig', `${expected.what} ${message}\n  ${next}`, { next });
}

function lineFor({ what }: Expected, query: HostQuery): string {
  return `use(${/^[\w-]+$/.test(what) ? what.replaceAll(/-(\w)/g, (_, c: string) => c.toUpperCase()) : 'MODULE'}, { hosts: ${formatQuery(query)} })`;
}

function names(hosts: readonly Host[]): string {
  return hosts.map((host) => host.name).join(', ');
}

function countOf(count: number): string {
  return count === 1 ? '1 host' : `${count} hosts`;
}
