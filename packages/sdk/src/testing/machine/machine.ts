import type { Catalog } from './catalog.ts';
import type { Inode } from './inode.ts';
import type { Program } from './program.ts';
import { Tree } from './tree.ts';

/** A package as dpkg knows it. */
export interface PackageState {
  readonly version: string;
  readonly status: 'installed' | 'half-installed' | 'unpacked' | 'half-configured' | 'config-files';
  readonly held: boolean;
  /** Installed because another one needed it. */
  readonly auto: boolean;
}

/** A unit as the running systemd knows it; whether it is enabled is written in the files. */
export interface UnitState {
  readonly active: 'active' | 'inactive' | 'failed';
  /** Milliseconds since the epoch, of the machine's clock. */
  readonly startedAt: number;
  /** What its configuration was when it started or last reloaded. */
  readonly configuration: string;
  readonly pid: number;
}

/** A timer of systemd-run: a command line that runs when its time has come. */
export interface Transient {
  /** Milliseconds since the epoch, of the machine's clock. */
  readonly at: number;
  readonly command: readonly string[];
}

export interface Interface {
  readonly name: string;
  readonly mtu: number;
  /** With their prefixes. */
  readonly addresses: readonly string[];
}

export interface Device {
  readonly path: string;
  /** Empty when it carries none. */
  readonly filesystem: string;
}

/** Everything a machine is, held by value: what a snapshot keeps and what a power cut may leave half done. */
export interface MachineState {
  now: number;
  bootedAt: number;
  files: ReadonlyMap<string, Inode>;
  packages: Map<string, PackageState>;
  units: Map<string, UnitState>;
  transients: Map<string, Transient>;
  /** Hashes of the unit files that systemd has loaded. */
  loaded: Map<string, string>;
  /** State of programs that keep theirs in memory or in the kernel, by program. */
  kernel: Map<string, string>;
}

/** The power was cut: whatever was running is gone. */
export class PowerCut extends Error {
  constructor() {
    super('the power was cut');
    this.name = 'PowerCut';
  }
}

/** A machine in memory: one state that all its programs read and change, and a clock that only they move. */
export class Machine {
  readonly tree: Tree;
  packages: Map<string, PackageState> = new Map();
  units: Map<string, UnitState> = new Map();
  transients: Map<string, Transient> = new Map();
  loaded: Map<string, string> = new Map();
  kernel: Map<string, string> = new Map();
  /** Milliseconds since the epoch. */
  now: number;
  /** Milliseconds since the epoch at which it booted. */
  bootedAt: number;
  /** Changes of state so far. */
  changes = 0;
  /** Called before every change of state; a PowerCut it throws prevents the change and all that would follow. */
  beforeChange: () => void = () => {};
  #nextPid = 400;

  /** What its archives have. */
  readonly catalog: Catalog;
  /** Last words of units that failed. */
  readonly journal: Map<string, string> = new Map();

  readonly programs: readonly Program[];
  readonly interfaces: readonly Interface[];
  /** Connections that are open, in the lines of `ss -Htnp state established`. */
  readonly connections: string[] = [];
  /** Block devices by path and by `UUID=…`. */
  readonly devices: ReadonlyMap<string, Device>;

  constructor(about: { now: number; catalog: Catalog; programs: readonly Program[]; interfaces: readonly Interface[]; devices: ReadonlyMap<string, Device> }) {
    const { now, catalog, programs, interfaces, devices } = about;
    this.now = now;
    this.catalog = catalog;
    this.programs = programs;
    this.interfaces = interfaces;
    this.devices = devices;
    this.bootedAt = now - 3_600_000;
    this.tree = new Tree({ changing: () => this.changing(), now: () => this.now });
  }

  /** To be called before anything is changed. */
  changing(): void {
    this.beforeChange();
    this.changes += 1;
    this.now += 1;
  }

  /** The work is done by nobody: it counts as no change, and no power cut meets it. */
  quietly(work: () => void): void {
    const { beforeChange, changes } = this;
    this.beforeChange = () => {};
    try {
      work();
    } finally {
      this.beforeChange = beforeChange;
      this.changes = changes;
    }
  }

  /** Set by whoever knows how it boots. */
  reboot: () => void = () => {};

  newPid(): number {
    return (this.#nextPid += 1);
  }

  snapshot(): MachineState {
    const { now, bootedAt, tree, packages, units, transients, loaded, kernel } = this;
    return { now, bootedAt, files: new Map(tree.entries), packages: new Map(packages), units: new Map(units), transients: new Map(transients), loaded: new Map(loaded), kernel: new Map(kernel) };
  }

  restore(state: MachineState): void {
    this.now = state.now;
    this.bootedAt = state.bootedAt;
    this.tree.restore(state.files);
    this.packages = new Map(state.packages);
    this.units = new Map(state.units);
    this.transients = new Map(state.transients);
    this.loaded = new Map(state.loaded);
    this.kernel = new Map(state.kernel);
  }

  setPackage(name: string, state: PackageState | undefined): void {
    this.changing();
    if (state === undefined) this.packages.delete(name);
    else this.packages.set(name, state);
  }

  setUnit(name: string, state: UnitState): void {
    this.changing();
    this.units.set(name, state);
  }

  setTransient(name: string, timer: Transient | undefined): void {
    this.changing();
    if (timer === undefined) this.transients.delete(name);
    else this.transients.set(name, timer);
  }

  setLoaded(files: Map<string, string>): void {
    this.changing();
    this.loaded = files;
  }

  setKernel(key: string, value: string | undefined): void {
    if (this.kernel.get(key) === value) return;
    this.changing();
    if (value === undefined) this.kernel.delete(key);
    else this.kernel.set(key, value);
  }
}
