import { Failure } from '../command/index.ts';

/** The name, when useradd would take it; a Failure `badConfig` otherwise. A number would be looked up as an id. */
export function accountName(name: string): string {
  if (!/^[a-z_][a-z0-9_-]{0,30}\$?$/i.test(name)) throw new Failure('badConfig', `not a name for a user or group: ${JSON.stringify(name)}`);
  return name;
}
