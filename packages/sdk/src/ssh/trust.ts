import { Failure } from '../command/index.ts';
import { fingerprint, type HostKey } from './host-key.ts';
import { knownKeys } from './known-hosts.ts';
import type { ConnectOptions } from './options.ts';
import { changed } from './pin.ts';
import { place, type Target } from './target.ts';

/** A host key that may be used; `fresh` ones are to be pinned once the host has proven that it holds them. */
export interface Trusted {
  readonly key: HostKey;
  readonly fresh: boolean;
}

/** The key is trusted, or Failure `hostKeyChanged` (another one is pinned) or `refused` (none is, and none may be). */
export async function trust(target: Target, key: HostKey, options: ConnectOptions): Promise<Trusted> {
  const file = options.knownHosts;
  const known = knownKeys(file, target);
  const revoked = known.find((k) => k.revoked && k.key === key.key);
  if (revoked !== undefined) throw new Failure('refused', `${place(target)} shows the key ${fingerprint(key)}, which ${file} line ${revoked.line} revokes`, { host: target.name });
  const pinned = known.filter((k) => !k.revoked);
  if (pinned.some((k) => k.key === key.key)) return { key, fresh: false };
  if (pinned.length > 0) throw changed(target, { file, pinned, seen: key });
  const pin = options.pin ?? 'strict';
  if (pin === 'first-use' || (pin === 'ask' && (await options.ask?.(target, key)) === true)) return { key, fresh: true };
  throw new Failure('refused', `${place(target)} is not known: ${file} has no key for it. It shows ${key.type} ${fingerprint(key)}: compare it with the host's console`, {
    host: target.name,
    next: `keybuzz hosts trust ${target.name}`,
  });
}
