import type { Machine } from './machine.ts';

/** A port that a running unit listens on. */
export interface Socket {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** `0.0.0.0` (every address) when not said. */
  readonly address?: string;
  readonly user?: string;
}

/** How a unit behaves on the fake machine, besides what its file says. */
export interface CatalogUnit {
  /** With its suffix: `redis-server.service`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What it reads when it starts; a folder stands for what is in it. */
  readonly reads?: readonly string[];
  /** It takes its files in on `systemctl reload`. */
  readonly reloads?: boolean;
  /** `static` units cannot be enabled: something else pulls them in at boot. */
  readonly install?: 'enabled' | 'disabled' | 'static';
  /** Whether its package starts it; true when not said. */
  readonly starts?: boolean;
  readonly user?: string;
  /** What it listens on while it runs. */
  readonly listens?: (machine: Machine) => readonly Socket[];
  /** Why it cannot start as the machine is; undefined when it can. */
  readonly refuses?: (machine: Machine) => string | undefined;
  /** What it changes on the machine when it has started. */
  readonly started?: (machine: Machine) => void;
}

/** A file that a package brings. */
export interface CatalogFile {
  readonly content: string;
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

/** A package of the fake archive. */
export interface CatalogPackage {
  readonly version?: string;
  /** Other versions that can be had, besides the newest. */
  readonly versions?: readonly string[];
  readonly depends?: readonly string[];
  /** The host of the repository that has it; the distribution's own when not said. */
  readonly archive?: string;
  readonly files?: Readonly<Record<string, string | CatalogFile>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly folders?: readonly string[];
  readonly users?: readonly { readonly name: string; readonly home?: string; readonly shell?: string }[];
  readonly groups?: readonly string[];
  readonly units?: readonly CatalogUnit[];
  /** Programs that do nothing but be there (`/usr/bin/NAME`): those that do something are programs of the machine. */
  readonly programs?: readonly string[];
  /** Files it makes when it is configured, unless they are there: not its own as far as dpkg knows. */
  readonly makes?: Readonly<Record<string, string | CatalogFile>>;
}

/** What can be installed on a machine. */
export type Catalog = Readonly<Record<string, CatalogPackage>>;

export const versionOf = (entry: CatalogPackage): string => entry.version ?? '1.0-1';

/** The unit of that name, or the one that has it as an alias. */
export function catalogUnit(catalog: Catalog, name: string): CatalogUnit | undefined {
  for (const { units = [] } of Object.values(catalog)) {
    const found = units.find((unit) => unit.name === name || unit.aliases?.includes(name) === true);
    if (found !== undefined) return found;
  }
  return undefined;
}
