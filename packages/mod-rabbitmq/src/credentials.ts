import { derived, generated, generatedHex, type CredentialSpec } from '@keybuzz/sdk';
import { passwordHash } from './password-hash.ts';

/** Every credential of the cluster; what RabbitMQ keeps of a password is derived once, so that it can be compared. */
export type CredentialName = 'cookie' | 'admin' | 'app' | 'admin-hash' | 'app-hash';

/** How each comes to be. */
export const credentials: Readonly<Record<CredentialName, CredentialSpec>> = {
  cookie: generatedHex(24, { formerly: ['RABBITMQ_ERLANG_COOKIE'] }),
  // The old installer's one user has the same name.
  admin: generated({ formerly: ['RABBITMQ_PASSWORD'] }),
  app: generated(),
  'admin-hash': derived({ from: 'admin', by: (password) => passwordHash(password) }),
  'app-hash': derived({ from: 'app', by: (password) => passwordHash(password) }),
};

/** The users of this module: who administers, and as whom applications connect. */
export const user = { admin: 'kb_rmq', app: 'kb_app' } as const;
