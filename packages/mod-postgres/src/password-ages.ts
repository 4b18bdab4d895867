import type { Probe, Secret } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { roleCredentials, type CredentialName } from './credentials.ts';
import { probe } from './probe.ts';

const day = 86_400_000;

/** The passwords of roles have been rotated within the days that the configuration allows. */
export function passwordAges({ config, credentials }: { config: Pick<PostgresConfig, 'roles' | 'passwordDays'>; credentials: Readonly<Record<CredentialName, Secret>> }, now: Date): Probe {
  const keys: readonly CredentialName[] = ['app', 'superuser', 'replication', 'rewind', ...config.roles.map(({ name }) => roleCredentials(name).password)];
  const ages = keys.map((key) => ({ key, days: Math.floor((now.getTime() - (credentials[key]?.since ?? now).getTime()) / day) })).toSorted((a, b) => b.days - a.days);
  const old = ages.filter(({ days }) => days > config.passwordDays);
  const told = (each: typeof ages): string => each.map(({ key, days }) => `${key} ${days} days`).join(', ');
  return probe('passwords are not too old', { seen: told(old.length > 0 ? old : ages.slice(0, 1)), ok: old.length === 0, wanted: `at most ${config.passwordDays} days: keybuzz secrets rotate postgres/NAME` });
}
