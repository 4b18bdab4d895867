import type { Secret } from '@keybuzz/sdk';
import { role } from './hba.ts';
import { loginOf } from './logins.ts';
import type { PostgresScope } from './members.ts';

/** As whom and where a client of ours may make a table. */
export interface Seat {
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
}

/** The application's seat in the first database that it owns; the administrator's in `postgres` where it owns none. */
export function seatOf({ config, credentials }: Pick<PostgresScope, 'config' | 'credentials'>): Seat {
  const own = config.databases.find(({ owner }) => owner === role.app);
  return own === undefined ? { user: role.admin, password: credentials.superuser, database: 'postgres' } : { user: loginOf(role.app, credentials.app).login, password: credentials.app, database: own.name };
}
