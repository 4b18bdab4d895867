import { accountPrograms } from '../programs/accounts.ts';
import { aptPrograms } from '../programs/apt.ts';
import { coreutils } from '../programs/coreutils.ts';
import { diskPrograms } from '../programs/disk.ts';
import { dpkgPrograms } from '../programs/dpkg.ts';
import { firewallPrograms } from '../programs/firewall.ts';
import { grepProgram } from '../programs/grep.ts';
import { kernelPrograms, mounts, swaps } from '../programs/kernel.ts';
import { movingPrograms } from '../programs/moving.ts';
import { networkPrograms, procNet } from '../programs/network.ts';
import { pathPrograms } from '../programs/paths.ts';
import { servicePrograms } from '../programs/services.ts';
import { systemctlProgram } from '../programs/systemctl.ts';
import { systemdPrograms } from '../programs/systemd.ts';
import { textPrograms } from '../programs/text.ts';
import { archive, preinstalled } from './archive.ts';
import { plantTree, type Release } from './base-tree.ts';
import { boot } from './boot.ts';
import type { Catalog } from './catalog.ts';
import { configure, journalPath, plantProgram, unpack } from './install.ts';
import { Machine, type Device } from './machine.ts';
import type { Program } from './program.ts';
import { shellPrograms } from './shell.ts';
import { versionOf } from './catalog.ts';

/** What a fake machine is made of. */
export interface MachineOptions {
  readonly name?: string;
  readonly release?: Release;
  /** Its private address, with or without prefix. */
  readonly address?: string;
  readonly publicAddress?: string;
  readonly container?: boolean;
  /** Packages that its archives have besides the usual ones, by name; one of the usual ones is replaced. */
  readonly packages?: Catalog;
  /** Names of packages that are installed already. */
  readonly installed?: readonly string[];
  /** Programs that it has besides, or instead of its own. */
  readonly programs?: readonly Program[];
  /** Files that are there besides those of the image. */
  readonly files?: Readonly<Record<string, string>>;
  readonly devices?: readonly (Device & { readonly uuid?: string })[];
}

const usual: readonly Program[] = [
  ...coreutils, ...movingPrograms, ...pathPrograms, ...textPrograms, grepProgram, ...accountPrograms, ...aptPrograms, ...dpkgPrograms, systemctlProgram, ...systemdPrograms, ...kernelPrograms, ...networkPrograms, ...diskPrograms, ...firewallPrograms, ...servicePrograms,
];

const epoch = Date.UTC(2026, 0, 5, 9, 0, 0);

/** A machine that has just booted from its image. */
export function newMachine(options: MachineOptions): Machine {
  const { name = 'host-01', release = 'debian-13', address = '10.0.0.1', publicAddress, container = false, installed = [], devices = [] } = options;
  const catalog: Catalog = { ...archive, ...options.packages };
  const programs = [...new Map([...usual, ...(options.programs ?? [])].map((each) => [each.name, each])).values()];
  const machine = new Machine({
    now: epoch,
    catalog,
    programs,
    interfaces: [
      { name: 'lo', mtu: 65_536, addresses: ['127.0.0.1/8', '::1/128'] },
      ...(publicAddress === undefined ? [] : [{ name: 'eth0', mtu: 1500, addresses: [`${publicAddress}/32`] }]),
      { name: 'enp7s0', mtu: 1450, addresses: [address.includes('/') ? address : `${address}/32`] },
    ],
    devices: new Map(devices.flatMap((each) => [[each.path, each] as const, ...(each.uuid === undefined ? [] : [[`UUID=${each.uuid}`, each] as const])])),
  });
  machine.quietly(() => {
    plantTree(machine, { name, release, container });
    plantPrograms(machine);
    plantProc(machine);
    for (const each of [...Object.keys(preinstalled), ...installed]) {
      const entry = catalog[each] ?? {};
      unpack(machine, { name: each, entry, version: versionOf(entry), auto: false });
      configure(machine, each, entry);
    }
    machine.tree.remove(journalPath);
    machine.tree.asKernel(() => devices.forEach(({ path }) => machine.tree.write(path, '')));
    for (const [path, content] of Object.entries(options.files ?? {})) {
      machine.tree.mkdir(path.slice(0, path.lastIndexOf('/')) || '/', { recursive: true });
      machine.tree.write(path, content);
    }
  });
  machine.reboot = () => boot(machine);
  machine.reboot();
  return machine;
}

function plantPrograms({ tree, programs }: Machine): void {
  for (const path of [...shellPrograms.map((name) => `/usr/bin/${name}`), '/usr/bin/test', '/usr/bin/[']) tree.write(path, '\u007FELF', { mode: 0o755 });
  for (const each of programs) if (each.package === undefined) plantProgram(tree, each);
}

/** Windows of the kernel that are made at each look. */
function plantProc(machine: Machine): void {
  const { tree } = machine;
  for (const protocol of ['tcp', 'udp'] as const) {
    tree.generate(`/proc/net/${protocol}`, () => procNet(machine, protocol, 4));
    tree.generate(`/proc/net/${protocol}6`, () => procNet(machine, protocol, 6));
  }
  tree.generate('/proc/swaps', () => `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${swaps(machine).map((path) => `${path}                               file\t\t2097148\t\t0\t\t-2\n`).join('')}`);
  tree.generate('/proc/self/mountinfo', () => mounts(machine).map(({ what, where, type, options }, i) => `${30 + i} 1 8:${i} / ${where} ${options.replace('defaults', 'rw,relatime').replace(/,?nofail/, '')} shared:1 - ${type} ${what} rw\n`).join(''));
  tree.generate('/proc/mounts', () => mounts(machine).map(({ what, where, type, options }) => `${what} ${where} ${type} ${options} 0 0\n`).join(''));
  tree.asKernel(() => tree.mkdir('/proc/sys/kernel/random', { recursive: true }));
  tree.generate('/proc/sys/kernel/random/boot_id', () => `00000000-0000-4000-8000-${String(machine.bootedAt).padStart(12, '0').slice(-12)}\n`);
  tree.generate('/proc/uptime', () => `${((machine.now - machine.bootedAt) / 1000).toFixed(2)} 0.00\n`);
}
