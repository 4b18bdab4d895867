import type { AnsibleGroup } from './ansible-groups.ts';
import { roles, roleSynonyms, subroleSynonyms } from './roles.ts';

/** A role, its subrole when that is known too, and the groups that say so. */
export interface RoleOfGroups {
  readonly role: string;
  readonly subrole: string | undefined;
  readonly groups: readonly string[];
}

/**
 * The role that the names of a host's groups (nearest first) stand for: a pair (`db_postgres`), a subrole only one role has (`rabbitmq`),
 * or a role and a subrole in two groups (`k3s` and `masters`). Spelled as people do: dashes, underscores, plural, synonyms.
 * Undefined when no group names one.
 */
export function roleOfGroups(groups: readonly AnsibleGroup[]): RoleOfGroups | undefined {
  for (const { name } of groups) {
    const pair = pick(pairs, name);
    if (pair !== undefined) return { ...pair, groups: [name] };
  }
  for (const { name } of groups) {
    const role = pick(roleWords, name);
    if (role === undefined) continue;
    const sub = groups.flatMap((group) => {
      const subrole = pick(subroleWords.get(role) ?? new Map<string, string>(), group.name);
      return subrole === undefined ? [] : [{ subrole, name: group.name }];
    })[0];
    return { role, subrole: sub?.subrole, groups: sub === undefined ? [name] : [name, sub.name] };
  }
  return undefined;
}

/** Words that mean too many things to stand alone. */
const vague: ReadonlySet<string> = new Set(['master', 'core', 'node', 'base', 'server', 'agent', 'primary', 'secondary', 'slave', 'replica', 'worker', 'controlplane']);

const roleWords = new Map([...Object.keys(roles).map((role) => [key(role), role] as const), ...Object.entries(roleSynonyms).map(([word, role]) => [key(word), role] as const)]);

const subroleWords = new Map(
  Object.entries(roles).map(([role, subs]) => [role, new Map([...subs.map((sub) => [key(sub), sub] as const), ...Object.entries(subroleSynonyms[role] ?? {}).map(([word, sub]) => [key(word), sub] as const)])]),
);

const pairs = pairWords();

function pairWords(): Map<string, { role: string; subrole: string }> {
  const found = new Map<string, { role: string; subrole: string }>();
  const words = [...subroleWords].flatMap(([role, subs]) => [...subs].map(([word, subrole]) => ({ word, role, subrole })));
  for (const { word, role, subrole } of words) {
    const alone = words.filter((other) => other.word === word).length === 1 && !vague.has(word);
    if (alone) found.set(word, { role, subrole });
    for (const [roleWord, name] of roleWords) if (name === role) found.set(roleWord + word, { role, subrole });
  }
  for (const [word, role] of roleWords) {
    const [only, ...others] = roles[role] ?? [];
    if (only !== undefined && others.length === 0) found.set(word, { role, subrole: only });
  }
  return found;
}

function key(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

function pick<V>(words: ReadonlyMap<string, V>, name: string): V | undefined {
  return words.get(key(name)) ?? words.get(key(name).replace(/s$/, ''));
}
