import { didYouMean } from './nearest.ts';

/** Every role a server can have, with its subroles. */
export const roles: Readonly<Record<string, readonly string[]>> = {
  k3s: ['master', 'worker'],
  db: ['postgres', 'mariadb'],
  db_proxy: ['proxysql'],
  redis: ['master', 'replica'],
  queue: ['rabbitmq'],
  storage: ['minio'],
  lb: ['internal-haproxy', 'api-gateway'],
  vectordb: ['qdrant'],
  app: ['temporal', 'analytics', 'crm', 'llm-proxy', 'etl', 'nocode', 'ml-platform'],
  security: ['vault', 'siem'],
  monitoring: ['monitor'],
  backup: ['backup'],
  mail: ['core', 'mx'],
  dev: ['builder'],
  orchestrator: ['base'],
};

/** Other words for a role. */
export const roleSynonyms: Readonly<Record<string, string>> = {
  k8s: 'k3s',
  kubernetes: 'k3s',
  database: 'db',
  dbproxy: 'db_proxy',
  mq: 'queue',
  loadbalancer: 'lb',
  vector_db: 'vectordb',
};

/** Other words for a subrole, by role. */
export const subroleSynonyms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  k3s: { server: 'master', 'control-plane': 'master', agent: 'worker', node: 'worker' },
  db: { postgresql: 'postgres', pg: 'postgres', patroni: 'postgres', maria: 'mariadb', galera: 'mariadb' },
  redis: { primary: 'master', slave: 'replica', secondary: 'replica' },
  queue: { rabbit: 'rabbitmq' },
  lb: { haproxy: 'internal-haproxy' },
};

/** A role with its subrole, under their usual names. */
export interface RolePair {
  readonly role: string;
  readonly subrole: string;
}

/** Why a role or a pair is not known, and which of the two words it is about. */
export interface UnknownRole {
  readonly about: 'role' | 'subrole';
  readonly message: string;
}

/** The usual name of a role; undefined when it is not known. */
export function knownRole(word: string): string | undefined {
  const plain = word.trim().toLowerCase().replaceAll('-', '_');
  const role = Object.hasOwn(roleSynonyms, plain) ? roleSynonyms[plain] : plain;
  return role !== undefined && Object.hasOwn(roles, role) ? role : undefined;
}

/** The pair under its usual names, or why there is no such pair; an empty subrole stands for the only one its role has. */
export function knownPair(role: string, subrole: string): RolePair | UnknownRole {
  const name = knownRole(role);
  if (name === undefined) return { about: 'role', message: `unknown role ${JSON.stringify(role)}${didYouMean(role, Object.keys(roles))}: write one of ${Object.keys(roles).join(', ')}` };
  const subs = roles[name] ?? [];
  const only = subs.length === 1 ? subs[0] : undefined;
  if (subrole === '') return only === undefined ? { about: 'subrole', message: `empty, but role ${name} has several: write one of ${subs.join(', ')}` } : { role: name, subrole: only };
  const plain = subrole.trim().toLowerCase().replaceAll('_', '-');
  const sub = subroleSynonyms[name]?.[plain] ?? plain;
  // The inventory says db_proxy, the scripts it served looked for db.
  if (name === 'db' && sub === 'proxysql') return { role: 'db_proxy', subrole: sub };
  if (subs.includes(sub)) return { role: name, subrole: sub };
  const pairs = Object.entries(roles).flatMap(([r, list]) => (list.includes(sub) ? [`${r}/${sub}`] : []));
  const hint = pairs.length > 0 ? ` (did you mean ${pairs.join(' or ')}?)` : didYouMean(subrole, subs);
  return { about: 'subrole', message: `role ${name} has no subrole ${JSON.stringify(subrole)}${hint}: write one of ${subs.join(', ')}` };
}
