/** A host as a session needs it; hosts of the inventory have this shape and more. */
export interface Target {
  readonly name: string;
  /** IP address or DNS name. */
  readonly address: string;
  /** 22 by default. */
  readonly port?: number | undefined;
  readonly user: string;
}

/** How messages name a host: `db-1 (root@10.0.0.11:22)`. */
export function place({ name, address, port = 22, user }: Target): string {
  return `${name} (${user}@${address}:${port})`;
}

/** The names a known_hosts file may know the host by: its own first, then its address as OpenSSH writes it. */
export function knownNames({ name, address, port = 22 }: Target): readonly [string, string] {
  return [name, port === 22 ? address : `[${address}]:${port}`];
}
