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

const schema = 'schema.DAT';

/** What is in the data directory of this host's node, running or not. */
export function databaseSeen(host: string): Fact<DatabaseSeen> {
  const folder = `${places.database}/${nodeName(host)}`;
  const [schemaAt, members] = [`${folder}/${schema}`, `${folder}/cluster_nodes.config`];
  // By the shell alone: every plan asks this.
  const command = sh`[ ! -e ${schemaAt} ] || { echo ${schema}; echo --; [ ! -r ${members} ] || while IFS= read -r line; do printf '%s\n' "$line"; done <${members}; }`;
  return fact({ name: 'database of the node', command, anyExit: true, parse: ({ stdout }) => databaseIn(stdout) });
}

/** The data in what was printed: the name of the schema where there is one, a line of two dashes, and Erlang's list of members. */
export function databaseIn(printed: string): DatabaseSeen {
  const [names = '', members = ''] = printed.split(/^--$/m);
  const files = names.split('\n').filter(Boolean);
  // RabbitMQ notes members before it has made its schema: until then its next start is a first one again.
  if (!files.includes(schema)) return { kind: 'virgin' };
  const all = /^\s*\{\s*\[([^\]]*)\]/.exec(members)?.[1];
  if (all === undefined) return { kind: 'unclear' };
  return { kind: 'member', of: [...new Set(all.split(',').map((node) => hostOf(node.trim().replaceAll("'", ''))).filter(Boolean))].toSorted() };
}
