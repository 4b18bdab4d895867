/** A server of the inventory: plain frozen values, nothing about the state it is in. */
export interface Host {
  readonly name: string;
  /** Private IPv4 address, inside the inventory's private network. */
  readonly address: string;
  readonly publicAddress: string | undefined;
  readonly fqdn: string | undefined;
  /** Account that SSH logs in to. */
  readonly user: string;
  /** TCP port of SSH. */
  readonly port: number;
  readonly pool: string | undefined;
  readonly role: string;
  readonly subrole: string | undefined;
  readonly dockerStack: string | undefined;
  /** Needed for the first version of the platform. */
  readonly core: boolean;
  readonly notes: string;
  /** Where it is written; the line is 1-based. */
  readonly source: { readonly file: string; readonly line: number };
}

/** The servers of one environment, in the order of the file. */
export interface Inventory {
  readonly file: string;
  readonly env: string;
  readonly hosts: readonly Host[];
  /** CIDR of the network that all private addresses are in. */
  readonly privateNetwork: string;
}

/** What to read of a file: rows of `env` (prod), private addresses in `privateNetwork` (10.0.0.0/16). */
export interface InventoryOptions {
  readonly env?: string;
  readonly privateNetwork?: string;
}

/** The environment that counts when none is named. */
export const defaultEnv = 'prod';

/** The private network when neither the stack nor the inventory says another. */
export const defaultPrivateNetwork = '10.0.0.0/16';

/** The same inventory, nothing of which can be changed any more. */
export function frozen(inventory: Inventory): Inventory {
  const hosts = inventory.hosts.map((host) => Object.freeze({ ...host, source: Object.freeze({ ...host.source }) }));
  return Object.freeze({ ...inventory, hosts: Object.freeze(hosts) });
}
