import { madeOf, packageState, type Fact } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';
import type { OwnState } from './patroni-api.ts';

/** What is installed on a host: versions as processes tell theirs; undefined when it is not there. */
export interface Installed {
  /** Such as 170006. */
  readonly server: number | undefined;
  /** Such as 4.0.5. */
  readonly patroni: string | undefined;
}

/** Version of the PostgreSQL on disk as a number, such as 170006. */
export function serverInstalled({ serverPackage }: Layout): Fact<number | undefined> {
  return madeOf('PostgreSQL on disk', [packageState(serverPackage)], ({ version }) => serverIn(version ?? ''));
}

/** A package such as 17.6-0+deb13u1 has 170006. */
export function serverIn(version: string): number | undefined {
  const [, major, minor] = /^(?:\d+:)?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === undefined ? undefined : Number(major) * 10_000 + Number(minor);
}

/** The package of Patroni. */
export const patroniPackage = packageState('patroni');

/** What of a member runs although another version is on disk; undefined when nothing does, or it does not answer. */
export function outdated(own: OwnState | undefined, { server, patroni }: Installed): { readonly what: 'patroni' | 'server'; readonly from: string; readonly to: string } | undefined {
  if (own === undefined) return undefined;
  // A package such as 4.0.5-1.pgdg13+1 has Patroni 4.0.5; one that came otherwise is nobody's package.
  const onDisk = patroni?.replace(/^\d+:/, '').split(/[-+~]/)[0];
  if (onDisk !== undefined && own.patroni !== '' && own.patroni !== onDisk) return { what: 'patroni', from: own.patroni, to: onDisk };
  return server !== undefined && own.version !== 0 && own.version !== server ? { what: 'server', from: String(own.version), to: String(server) } : undefined;
}
