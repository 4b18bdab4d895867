import { fact, sh, type Fact } from '@keybuzz/sdk';
import { hostOf, nodeName, places } from './places.ts';

/** What a node's data directory says of its cluster. */
export type DatabaseSeen =
  /** Nothing yet: it joins the others, or makes the cluster, when it starts. */
  | { readonly kind: 'virgin' }
  /** Hosts that it knows as members, itself among them. */
  | { readonly kind: 'member'; readonly of: readonly string[] }
  /** There is data, but not who its cluster is: the first start was cut, or it is not ours to read. */
  | { readonly kind: 'unclear' };

/** What is in the data directory of this host's node, running or not. */
export function databaseSeen(host: string): Fact<DatabaseSeen> {
  const folder = `${places.database}/${nodeName(host)}`;
  const script = sh`cd ${folder} 2>/dev/null || exit 0; ls -A; echo --; cat cluster_nodes.config 2>/dev/null`;
  return fact({ name: 'database of the node', command: sh`sh -c ${script.text}`, anyExit: true, parse: ({ stdout }) => databaseIn(stdout) });
}

/** The data in what the script printed: names of files, a line of two dashes, and Erlang's list of members. */
export function databaseIn(printed: string): DatabaseSeen {
  const [names = '', members = ''] = printed.split(/^--$/m);
  const files = names.split('\n').filter(Boolean);
  // RabbitMQ notes members before it has made its schema: until then its next start is a first one again.
  if (!files.includes('schema.DAT')) return { kind: 'virgin' };
  const all = /^\s*\{\s*\[([^\]]*)\]/.exec(members)?.[1];
  if (all === undefined) return { kind: 'unclear' };
  return { kind: 'member', of: [...new Set(all.split(',').map((node) => hostOf(node.trim().replaceAll("'", ''))).filter(Boolean))].toSorted() };
}
