import { derived, generated, type CredentialSpec } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { scramVerifier } from './scram.ts';

/** Password of a role of the configuration, and what PostgreSQL keeps of it. */
type NamedCredential = `role-${string}` | `verifier-${string}`;

/** Every credential of the cluster; what PostgreSQL keeps of a password is derived from it once. */
export type CredentialName = NamedCredential | 'superuser' | 'app' | 'replication' | 'rewind' | 'patroni-api' | 'raft' | 'superuser-verifier' | 'app-verifier' | 'replication-verifier' | 'rewind-verifier';

const verifier = (from: string): CredentialSpec => derived({ from, by: (password) => scramVerifier(password) });

/** How each comes to be. */
export const credentials: Readonly<Record<Exclude<CredentialName, NamedCredential>, CredentialSpec>> = {
  superuser: generated({ formerly: ['POSTGRES_SUPERPASS', 'POSTGRES_PASSWORD'] }),
  app: generated({ formerly: ['POSTGRES_APP_PASS'] }),
  replication: generated({ formerly: ['POSTGRES_REPL_PASS', 'REPLICATOR_PASSWORD'] }),
  rewind: generated(),
  'patroni-api': generated({ formerly: ['PATRONI_API_PASSWORD'] }),
  raft: generated(),
  'superuser-verifier': verifier('superuser'),
  'app-verifier': verifier('app'),
  'replication-verifier': verifier('replication'),
  'rewind-verifier': verifier('rewind'),
};

/** The credentials of a role of the configuration; names in the store have dashes only. */
export function roleCredentials(name: string): { readonly password: `role-${string}`; readonly verifier: `verifier-${string}` } {
  const dashed = name.replaceAll('_', '-');
  return { password: `role-${dashed}`, verifier: `verifier-${dashed}` };
}

/** How those come to be. */
export function namedCredentials({ roles }: PostgresConfig): Readonly<Record<NamedCredential, CredentialSpec>> {
  return Object.fromEntries(roles.flatMap(({ name }) => {
    const keys = roleCredentials(name);
    return [[keys.password, generated()], [keys.verifier, verifier(keys.password)]];
  }));
}
