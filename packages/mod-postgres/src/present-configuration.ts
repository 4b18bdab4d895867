import { fact, sh, type Fact } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import type { Layout } from './layout.ts';

/** What decides which cluster a member belongs to: changed under a living cluster it would make a second one beside it. */
export interface Belonging {
  readonly scope: string;
  readonly namespace: string;
  /** As Patroni's configuration names it: etcd3, raft, consul, … */
  readonly dcs: string;
  readonly dataDirectory: string;
}

/** Where Patroni keeps its keys in the DCS. */
export const namespace = '/keybuzz/';

/** What a member of the wanted cluster belongs to. */
export function belonging({ cluster, dcs, dataDirectory }: PostgresConfig): Belonging {
  return { scope: cluster, namespace, dcs: dcs === 'etcd' ? 'etcd3' : dcs, dataDirectory };
}

/** What the configuration of this host's Patroni says it belongs to, and whether there is data where it says; undefined without one. */
export type Present = Belonging & { readonly holds: boolean };

// Only these lines leave the host: others hold passwords that no store knows.
const lines = String.raw`/^[a-z0-9_]+:/ { part = $1 }
/^(scope|namespace):/ { print $1, $2 }
/^(etcd|etcd3|raft|consul|zookeeper|exhibitor|kubernetes):/ { print "dcs:", substr($1, 1, length($1) - 1) }
part == "postgresql:" && /^ +data_dir:/ { gsub(/['"]/, "", $2); print $1, $2 }`;

/** What this host's Patroni belongs to as its configuration is now. */
export function presentSeen({ patroni }: Layout): Fact<Present | undefined> {
  const script = sh`[ -s ${patroni} ] || exit 0
awk ${lines} ${patroni} | while read -r name value; do
echo "$name $value"
[ "$name" != data_dir: ] || [ ! -s "$value/PG_VERSION" ] || echo 'holds: yes'
done`;
  return fact({ name: 'configuration of Patroni', command: script, anyExit: true, parse: ({ stdout }) => presentIn(stdout) });
}

/** The belonging in what the script printed; Patroni's own default where it is silent. */
export function presentIn(printed: string): Present | undefined {
  const after = (label: string): string | undefined => new RegExp(`^${label}: (.+)$`, 'm').exec(printed)?.[1]?.replaceAll(/^['"]|['"]$/g, '');
  const scope = after('scope');
  if (scope === undefined) return undefined;
  const path = `/${(after('namespace') ?? 'service').replaceAll(/^\/+|\/+$/g, '')}/`;
  return { scope, namespace: path, dcs: after('dcs') ?? 'none', dataDirectory: after('data_dir') ?? '', holds: after('holds') === 'yes' };
}

/** In words, what of a host's Patroni belongs elsewhere than wanted; undefined when nothing does. */
export function elsewhere(present: Belonging, wanted: Belonging): string | undefined {
  const keys = ['scope', 'namespace', 'dcs', 'dataDirectory'] as const;
  const other = keys.filter((key) => present[key] !== wanted[key]);
  return other.length === 0 ? undefined : other.map((key) => `${key} ${present[key]}, wanted ${wanted[key]}`).join('; ');
}
