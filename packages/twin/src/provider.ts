import type { Common } from './host-paths.ts';
import type { TwinHost } from './state.ts';

/** What a host of a twin is doing. */
export type Power = 'running' | 'frozen' | 'off';

/** What makes machines out of hosts: systemd-nspawn on Linux today; anything that can do this much tomorrow. */
export type Provider = {
  /** The twin's networks exist; `made` says they are new, so whoever was running has lost its cables. */
  readonly ensureNetwork: (name: string, controller: { address: string; publicAddress: string }) => Promise<'made' | 'kept'>;
  /** The host has its disk, name, keys and addresses, made at its first boot and kept from then on. */
  readonly create: (common: Common, host: TwinHost) => Promise<void>;
  readonly powerOn: (name: string, host: string) => void;
  /** Every process of the host is dead, as after a pulled plug; its disk stays. */
  readonly powerOff: (name: string, host: string) => Promise<void>;
  readonly setFrozen: (name: string, host: string, frozen: boolean) => Promise<void>;
  readonly power: (name: string, host: string) => Power;
  /** Bytes the host's processes hold, page cache left out. */
  readonly memory: (name: string, host: string) => number;
  readonly processes: (name: string, host: string) => number[];
  /** Nothing of the twin is left on the machine: processes, cgroups, namespaces, mounts, loop devices, folders. */
  readonly remove: (name: string) => Promise<void>;
};
