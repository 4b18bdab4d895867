import { createHash } from 'node:crypto';
import { fileDigest, type Secret } from '@keybuzz/sdk';
import type { PostgresScope, Wanted } from './members.ts';
import { patroniPackage } from './versions.ts';

/** What of Patroni is on a host before anything is done to it. */
export interface Installed {
  /** Its version, or the one it is pinned to; '' when there is none yet. */
  readonly version: string;
  /** SHA-256 of its configuration; undefined when there is none. */
  readonly configuration: string | undefined;
}

/** What of Patroni each host has. */
export async function patroniInstalled({ cluster, config }: PostgresScope, { layout }: Wanted): Promise<ReadonlyMap<string, Installed>> {
  const pin = config.source === 'upstream' ? config.upstream.patroniVersion : undefined;
  const digest = fileDigest(layout.patroni);
  return new Map(await cluster.each(async (host): Promise<[string, Installed]> => {
    const seen = await host.read([patroniPackage, digest]);
    return [host.name, { version: pin ?? seen(patroniPackage).version ?? '', configuration: seen(digest) }];
  }));
}

/** Whether the host has this configuration already, which was judged before it was written. */
export function configured(wanted: Secret, { configuration }: Installed): boolean {
  return configuration === createHash('sha256').update(wanted.reveal()).digest('hex');
}
