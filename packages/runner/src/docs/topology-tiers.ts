import { loadBalancers, type Host, type ReadStack } from '@keybuzz/sdk';

/** One line of a group: a server and its address, or a module and the ports it offers there; pale when not part of the core. */
export interface Row {
  readonly name: string;
  readonly note: string;
  readonly pale: boolean;
}

/** Servers that are the same thing, with the modules that run on them and not on every server; or one load balancer. */
export interface Group {
  readonly title: string;
  readonly subtitle: string;
  readonly rows: readonly Row[];
}

/** A layer of the platform, and whether a request comes through it. */
export interface Tier {
  readonly title: string;
  readonly onTheWay: boolean;
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

// A request enters at the first layer; what is below the third stands beside its way.
const way = Object.keys(order).slice(0, 3);

/** The servers of the stack by layer, load balancers in front of the proxies; a role that has no layer is with the operations. */
export function tiersOf(stack: ReadStack): readonly Tier[] {
  const [clients, proxies] = way;
  const addresses = balancerTier(stack);
  const tiers = serverTiers(stack);
  const before = tiers.findIndex(({ title }) => title === proxies);
  const at = before === -1 ? tiers.filter(({ title }) => title === clients).length : before;
  return addresses.groups.length === 0 ? tiers : tiers.toSpliced(at, 0, addresses);
}

function serverTiers({ inventory, uses }: ReadStack): readonly Tier[] {
  const modules = uses.filter((u) => u.hosts.length < inventory.hosts.length);
  const known = Object.values(order).flat();
  return Object.entries(order).flatMap(([title, roles]) => {
    const mine = inventory.hosts.filter((h) => roles.includes(h.role) || (title === 'Operations' && !known.includes(h.role)));
    if (mine.length === 0) return [];
    const rank = ([first]: readonly Host[]): number => roles.indexOf(first?.role ?? '');
    const kinds = [...Map.groupBy(mine, kindOf)].toSorted(([, a], [, b]) => rank(a) - rank(b) || b.length - a.length);
    const groups = kinds.map(([kind, hosts]) => ({
      title: kind.split('\0')[0] ?? '',
      subtitle: modules.filter((u) => hosts.some((h) => u.hosts.includes(h))).map((u) => u.module.name).join(', '),
      rows: hosts.map(({ name, address, core }) => ({ name, note: address, pale: !core })),
    }));
    return [{ title, onTheWay: way.includes(title), groups }];
  });
}

/** Each load balancer of the provider: its address, whom it stands in front of, and the ports of each module behind it. */
function balancerTier({ uses }: ReadStack): Tier {
  const groups = loadBalancers(uses).map(({ address, module, targets }) => ({
    title: address,
    subtitle: `in front of ${module}`,
    rows: uses.flatMap((used) => {
      const offered = used.ports.filter(({ balanced, hosts }) => balanced === true && hosts.some((host) => targets.includes(host)));
      return offered.length === 0 ? [] : [{ name: used.module.name, note: offered.map(({ port }) => port).join(', '), pale: false }];
    }),
  }));
  return { title: 'Addresses of load balancers', onTheWay: true, groups };
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
