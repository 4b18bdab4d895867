import { Failure } from '../command/index.ts';
import type { Host, Inventory } from './host.ts';
import { namePattern } from './name-pattern.ts';
import { didYouMean } from './nearest.ts';
import { knownPair, knownRole, roles } from './roles.ts';

/** Hosts by what they are, all conditions at once (`name` as in `namePattern`), or by their exact names. */
export type HostQuery =
  | {
      readonly role?: string;
      readonly subrole?: string;
      readonly pool?: string;
      readonly dockerStack?: string;
      readonly core?: boolean;
      readonly name?: string;
    }
  | readonly string[];

/** The hosts a query describes, in the inventory's order, names in their own. Throws Failure `badConfig` on a role or a plain name that does not exist. */
export function select(inventory: Inventory, query: HostQuery): readonly Host[] {
  if (isNames(query)) {
    refuseUnknown(inventory, query);
    return [...new Set(query)].flatMap((name) => inventory.hosts.find((host) => host.name === name) ?? []);
  }
  const { pool, dockerStack, core } = query;
  const { role, subrole } = wantedRole(query);
  const pattern = query.name === undefined ? undefined : namePattern(query.name);
  refuseUnknown(inventory, pattern?.plainNames ?? []);
  return inventory.hosts.filter(
    (host) =>
      (role === undefined || host.role === role) &&
      (subrole === undefined || host.subrole === subrole) &&
      (pool === undefined || host.pool === pool) &&
      (dockerStack === undefined || host.dockerStack === dockerStack) &&
      (core === undefined || host.core === core) &&
      (pattern === undefined || pattern.matches(host.name)),
  );
}

/** Whether a query lists names. */
export function isNames(query: HostQuery): query is readonly string[] {
  return Array.isArray(query);
}

/** The query as it is written in a stack. */
export function formatQuery(query: HostQuery): string {
  if (isNames(query)) return `[${query.map(quoted).join(', ')}]`;
  const conditions = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${typeof value === 'string' ? quoted(value) : value}`]));
  return conditions.length === 0 ? '{}' : `{ ${conditions.join(', ')} }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}

function wantedRole({ role, subrole }: { readonly role?: string; readonly subrole?: string }): { role?: string; subrole?: string } {
  if (role === undefined) {
    if (subrole !== undefined && !Object.values(roles).some((list) => list.includes(subrole))) {
      const known = [...new Set(Object.values(roles).flat())];
      throw new Failure('badConfig', `unknown subrole ${JSON.stringify(subrole)}${didYouMean(subrole, known)}: write one of ${known.join(', ')}`);
    }
    return subrole === undefined ? {} : { subrole };
  }
  const name = knownRole(role);
  if (name !== undefined && subrole === undefined) return { role: name };
  const pair = knownPair(role, subrole ?? '');
  if ('about' in pair) throw new Failure('badConfig', pair.message);
  return pair;
}

function refuseUnknown(inventory: Inventory, names: readonly string[]): void {
  const known = inventory.hosts.map((host) => host.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const each = unknown.map((name) => `${name}${didYouMean(name, known)}`);
  throw new Failure('badConfig', `no host ${each.join(', no host ')} in ${inventory.file} (${inventory.env})`, { next: 'keybuzz inventory check' });
}
