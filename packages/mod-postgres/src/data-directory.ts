import { fact, sh, type Fact } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';

/** What is in a data directory. */
export type DataSeen =
  | { readonly kind: 'none' }
  /** Something, but no cluster that could start: initdb or a base backup was cut. */
  | { readonly kind: 'unfinished'; readonly entries: number }
  /** A cluster that cannot be read: damaged, or the programs of its version are not there (yet, in a plan). */
  | { readonly kind: 'unreadable'; readonly version: string; readonly why: string; readonly programs: boolean }
  | ClusterSeen;

/** A cluster as its control file and its configuration describe it. */
export interface ClusterSeen {
  readonly kind: 'cluster';
  readonly version: string;
  readonly systemId: string;
  readonly timeline: number;
  readonly state: string;
  readonly changed: string;
  /** Its `cluster_name`: Patroni writes its scope there before it starts PostgreSQL. */
  readonly scope: string | undefined;
  /** Patroni has kept what the DCS says in it: it was once part of a cluster that was made to its end. */
  readonly joined: boolean;
}

/** Nothing that could start is in the present folder: what may be moved aside. */
export const nothingToStart = '! { [ -s PG_VERSION ] && [ -s global/pg_control ]; }';

/** What is in the data directory of this host; PostgreSQL may be running or not. */
export function dataSeen({ dataDirectory, binDirectory }: Layout): Fact<DataSeen> {
  const script = sh`cd ${dataDirectory} 2>/dev/null || exit 0
entries=0
for each in * .[!.]* ..?*; do [ "$each" = lost+found ] || { [ ! -e "$each" ] && [ ! -L "$each" ]; } || entries=$((entries + 1)); done
echo "entries=$entries"
[ -s PG_VERSION ] && [ -s global/pg_control ] || exit 0
read -r version <PG_VERSION || :
echo "version=$version"
[ ! -e patroni.dynamic.json ] || echo joined=yes
grep -s '^cluster_name' postgresql.conf
[ ! -x ${binDirectory}/pg_controldata ] || echo programs=yes
LC_ALL=C ${binDirectory}/pg_controldata -D . 2>&1`;
  return fact({ name: 'data directory', command: script, anyExit: true, parse: ({ stdout }) => dataIn(stdout) });
}

/** The data in what the script printed. */
export function dataIn(printed: string): DataSeen {
  const lines = printed.trimEnd().split('\n');
  const after = (label: string): string => lines.find((line) => line.startsWith(label))?.slice(label.length).trim() ?? '';
  const entries = Number(after('entries=') || 0);
  if (entries === 0) return { kind: 'none' };
  const version = after('version=');
  if (version === '') return { kind: 'unfinished', entries };
  const systemId = after('Database system identifier:');
  if (!/^\d+$/.test(systemId)) return { kind: 'unreadable', version, why: lines.at(-1) ?? '', programs: after('programs=') === 'yes' };
  return {
    kind: 'cluster',
    version,
    systemId,
    timeline: Number(after("Latest checkpoint's TimeLineID:")),
    state: after('Database cluster state:'),
    changed: after('pg_control last modified:'),
    scope: lines.flatMap((line) => /^cluster_name *=* *'([^']*)'/.exec(line)?.[1] ?? []).at(-1) || undefined,
    joined: after('joined=') === 'yes',
  };
}
