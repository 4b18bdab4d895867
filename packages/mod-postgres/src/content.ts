import type { Operation } from '@keybuzz/sdk';
import { roleCredentials } from './credentials.ts';
import { databaseThere } from './databases.ts';
import { granted } from './grants.ts';
import type { PostgresScope } from './members.ts';
import { roleThere } from './roles.ts';

/** The roles and databases of the configuration, owners before what they own, and who else may use them. */
export function rolesAndDatabases({ config, credentials }: Pick<PostgresScope, 'config' | 'credentials'>): readonly Operation[] {
  const { roles, databases } = config;
  const ownerOf = (name: string): string => databases.find((each) => each.name === name)?.owner ?? '';
  return [
    ...roles.map(({ name, attributes }) => roleThere({ name, attributes, verifier: credentials[roleCredentials(name).verifier] })),
    ...databases.map(databaseThere),
    ...roles.flatMap(({ name, grants }) => grants.map((grant) => granted({ role: name, owner: ownerOf(grant.database), ...grant }))),
  ];
}
