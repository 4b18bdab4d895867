import { derived, generated, type CredentialSpec } from '@keybuzz/sdk';
import { scramVerifier } from './scram.ts';

/** Every credential of the cluster; what PostgreSQL keeps of a password is derived from it once. */
export type CredentialName = 'superuser' | 'app' | 'replication' | 'rewind' | 'patroni-api' | 'raft' | 'superuser-verifier' | 'app-verifier' | 'replication-verifier' | 'rewind-verifier';

const verifier = (from: string): CredentialSpec => derived({ from, by: (password) => scramVerifier(password) });

/** How each comes to be. */
export const credentials: Readonly<Record<CredentialName, CredentialSpec>> = {
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
