import { fact, sh, type Fact } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';

/** What is in a data directory. */
export type DataSeen =
  | { readonly kind: 'none' }
  /** Something, but no cluster that could start: initdb or a base backup was cut. */
  | { readonly kind: 'unfinished'; readonly entries: number }
  | { readonly kind: 'cluster'; readonly version: string; readonly systemId: string; readonly timeline: number; readonly checkpoint: string; readonly state: string; readonly changed: string };

/** What is in the data directory of this host; PostgreSQL may be running or not. */
export function dataSeen({ dataDirectory, binDirectory }: Layout): Fact<DataSeen> {
  const script = sh`cd ${dataDirectory} 2>/dev/null || exit 0
printf 'entries=%s\n' "$(find . -mindepth 1 -maxdepth 1 ! -name lost+found | wc -l)"
[ -s PG_VERSION ] && [ -s global/pg_control ] || exit 0
printf 'version=%s\n' "$(cat PG_VERSION)"
LC_ALL=C ${binDirectory}/pg_controldata -D .`;
  return fact({ name: 'data directory', command: sh`sh -c ${script.text}`, anyExit: true, parse: ({ stdout }) => dataIn(stdout) });
}

/** The data in what the script printed. */
export function dataIn(printed: string): DataSeen {
  const lines = printed.split('\n');
  const after = (label: string): string => lines.find((line) => line.startsWith(label))?.slice(label.length).trim() ?? '';
  const entries = Number(after('entries=') || 0);
  if (entries === 0) return { kind: 'none' };
  const systemId = after('Database system identifier:');
  if (systemId === '') return { kind: 'unfinished', entries };
  return {
    kind: 'cluster',
    version: after('version='),
    systemId,
    timeline: Number(after("Latest checkpoint's TimeLineID:")),
    checkpoint: after('Latest checkpoint location:'),
    state: after('Database cluster state:'),
    changed: after('pg_control last modified:'),
  };
}

/** A WAL location such as 0/3000028 as a number that orders. */
export function walPosition(location: string): bigint {
  const [high = '0', low = '0'] = location.split('/');
  return (BigInt(`0x${high || 0}`) << 32n) + BigInt(`0x${low || 0}`);
}
