import type { Host, ReadStack } from '@keybuzz/sdk';

/** Servers that are the same thing, and the modules that run on them and not on every server. */
export interface Group {
  readonly title: string;
  readonly modules: readonly string[];
  readonly hosts: readonly Host[];
}

/** A layer of the platform; the first three are the way of a request. */
export interface Tier {
  readonly title: string;
  readonly groups: readonly Group[];
}

// Ingress runs on Kubernetes; what runs there reaches the data through the proxies.
const order: Readonly<Record<string, readonly string[]>> = {
  Kubernetes: ['k3s'],
  'Load balancers and proxies': ['lb', 'db_proxy'],
  Data: ['db', 'redis', 'queue', 'storage', 'vectordb'],
  Applications: ['app', 'mail'],
  Operations: ['orchestrator', 'backup', 'monitoring', 'security', 'dev'],
};

/** The servers of the stack by layer; a role that has no layer is with the operations. */
export function tiersOf({ inventory, uses }: ReadStack): readonly Tier[] {
  const modules = uses.filter((u) => u.hosts.length < inventory.hosts.length);
  const known = Object.values(order).flat();
  return Object.entries(order).flatMap(([title, roles]) => {
    const mine = inventory.hosts.filter((h) => roles.includes(h.role) || (title === 'Operations' && !known.includes(h.role)));
    if (mine.length === 0) return [];
    const groups = [...Map.groupBy(mine, kindOf)].map(([kind, hosts]) => ({
      title: kind.split('\0')[0] ?? '',
      hosts,
      modules: modules.filter((u) => hosts.some((h) => u.hosts.includes(h))).map((u) => u.module.name),
    }));
    const rank = (group: Group): number => roles.indexOf(group.hosts[0]?.role ?? '');
    return [{ title, groups: groups.toSorted((a, b) => rank(a) - rank(b) || b.hosts.length - a.hosts.length) }];
  });
}

/** The modules that run on every server. */
export function everywhere({ inventory, uses }: ReadStack): readonly string[] {
  return uses.filter((u) => u.hosts.length === inventory.hosts.length).map((u) => u.module.name);
}

/** The main cluster of a kind is in another pool than the databases of single applications; master and replica change places. */
function kindOf({ role, subrole, pool }: Host): string {
  const place = subrole === undefined || ['master', 'replica'].includes(subrole) && role === 'redis' || subrole === role ? '' : ` / ${subrole}`;
  return `${role}${place}\0${['db', 'redis', 'queue'].includes(role) ? (pool ?? '') : ''}`;
}
