import type { Operation } from '@keybuzz/sdk';
import { applications, type Application } from './applications.ts';
import { databaseThere } from './databases.ts';
import { granted } from './grants.ts';
import type { PostgresScope } from './members.ts';
import { roleThere } from './roles.ts';

/** The roles and databases of the configuration, owners before what they own, and who else may use them. */
export function rolesAndDatabases({ config, credentials }: Pick<PostgresScope, 'config' | 'credentials'>): readonly Operation[] {
  const { roles, databases } = config;
  const ownerOf = (name: string): string => databases.find((each) => each.name === name)?.owner ?? '';
  return [
    ...applications(config, credentials).flatMap(applicationThere),
    ...databases.map(databaseThere),
    ...roles.flatMap(({ name, grants }) => grants.map((grant) => granted({ role: name, owner: ownerOf(grant.database), ...grant }))),
  ];
}

/** The role, and whom its clients log in as; whom they did before the last rotation is left as it is. */
function applicationThere({ name, attributes, login, password }: Application): readonly Operation[] {
  if (login === name) return [roleThere({ name, attributes, password })];
  return [roleThere({ name, attributes, login: 'kept' }), roleThere({ name: login, attributes, password, actsAs: name })];
}
