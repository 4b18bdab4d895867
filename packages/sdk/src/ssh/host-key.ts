import { createHash } from 'node:crypto';

/** A public host key as known_hosts files write it. */
export interface HostKey {
  /** Such as `ssh-ed25519`. */
  readonly type: string;
  /** Base64. */
  readonly key: string;
}

/** The host key in the bytes that SSH puts on the wire, whose first string is its type. */
export function hostKeyOf(wire: Buffer): HostKey {
  return { type: wire.toString('latin1', 4, 4 + wire.readUInt32BE(0)), key: wire.toString('base64') };
}

/** The fingerprint as `ssh-keygen -l` shows it: `SHA256:…`. */
export function fingerprint(key: HostKey): string {
  return `SHA256:${createHash('sha256').update(key.key, 'base64').digest('base64').replace(/=+$/, '')}`;
}
