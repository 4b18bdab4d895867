import type { Secret } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { roleCredentials, type CredentialName } from './credentials.ts';
import { role } from './hba.ts';
import { loginOf } from './logins.ts';
import type { RolePassword } from './roles.ts';

/** A role that applications are, and the two roles that log in as it by turns. */
export interface Application {
  readonly name: string;
  readonly attributes: readonly PostgresConfig['roles'][number]['attributes'][number][];
  /** Whom its clients log in as now: the role itself, or after every other rotation of its password the second one. */
  readonly login: string;
  /** Whom they logged in as before the last rotation. */
  readonly before: string;
  /** The last rotation is confirmed: nobody logs in as `before` any more. */
  readonly confirmed: boolean;
  readonly password: RolePassword | undefined;
}

/** The application's role of this module, and those of the configuration. */
export function applications({ roles }: Pick<PostgresConfig, 'roles'>, credentials: Readonly<Record<CredentialName, Secret>>): readonly Application[] {
  const own = { name: role.app, attributes: [], keys: { password: 'app', verifier: 'app-verifier' } } as const;
  return [own, ...roles.map(({ name, attributes }) => ({ name, attributes, keys: roleCredentials(name) }))].map(({ name, attributes, keys }) => {
    const [secret, verifier] = [credentials[keys.password], credentials[keys.verifier]];
    return { name, attributes, ...loginOf(name, secret), confirmed: secret?.previous === undefined, password: secret && verifier && { secret, verifier } };
  });
}
