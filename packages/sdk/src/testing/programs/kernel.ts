import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

const settingPath = (key: string): string => `/proc/sys/${key.replaceAll(/[./]/g, (each) => (each === '.' ? '/' : '.'))}`;

function sysctl({ machine, args }: Call): string | undefined {
  const { flags, operands } = parsed(args, {
    write: { ...flag, short: 'w' },
    quiet: { ...flag, short: 'q' },
    values: { ...flag, short: 'n' },
    ignore: { ...flag, short: 'e' },
    load: { ...word, short: 'p' },
    system: flag,
  });
  if (flags.system === true) return void applySysctls(machine);
  if (flags.load !== undefined) return void applyFile(machine, flags.load);
  return operands.map((operand) => {
    const [key = '', value] = operand.split(/=(.*)/s);
    const path = settingPath(key);
    if (machine.tree.find(path) === undefined) throw new ProgramError(`cannot stat ${path}: No such file or directory`);
    if (value !== undefined) machine.tree.write(path, value);
    return flags.quiet === true ? '' : `${flags.values === true ? '' : `${key} = `}${machine.tree.text(path)}`;
  }).join('');
}

/** The kernel has the settings of every sysctl.d file, in the order of the file names, and sysctl.conf last. */
export function applySysctls(machine: Machine): void {
  const { tree } = machine;
  const folders = ['/usr/lib/sysctl.d', '/etc/sysctl.d'];
  const files = folders.flatMap((folder) => (tree.find(folder) === undefined ? [] : tree.names(folder)).filter((name) => name.endsWith('.conf') && !name.startsWith('.')).map((name) => ({ name, path: `${folder}/${name}` })));
  // A file of /etc hides one of the same name.
  const effective = new Map(files.map(({ name, path }) => [name, path]));
  for (const [, path] of [...effective].toSorted(([a], [b]) => (a < b ? -1 : 1))) applyFile(machine, path);
  applyFile(machine, '/etc/sysctl.conf');
}

function applyFile({ tree }: Machine, path: string): void {
  for (const [, key = '', value = ''] of tree.textIfAny(path).matchAll(/^\s*-?([\w./@-]+)\s*=\s*(.*)$/gm)) {
    if (tree.find(settingPath(key)) !== undefined) tree.write(settingPath(key), value);
  }
}

/** Swap that is on: the kernel's own list. */
export function swaps(machine: Machine): string[] {
  return machine.kernel.get('swaps')?.split('\n').filter(Boolean) ?? [];
}

/** What /etc/fstab would swap to. */
export function fstab({ tree }: Machine): { what: string; where: string; type: string; options: string }[] {
  return tree.textIfAny('/etc/fstab').split('\n').filter((line) => !/^\s*(#|$)/.test(line)).map((line) => {
    const [what = '', where = '', type = '', options = 'defaults'] = line.trim().split(/\s+/);
    return { what, where, type, options };
  });
}

function swapoff({ machine, args }: Call): undefined {
  const { flags, operands } = parsed(args, { all: { ...flag, short: 'a' } });
  for (const each of operands) if (!swaps(machine).includes(each)) throw new ProgramError(`${each}: swapoff failed: Invalid argument`);
  machine.setKernel('swaps', flags.all === true ? '' : swaps(machine).filter((each) => !operands.includes(each)).join('\n'));
}

function swapon({ machine, args }: Call): string | undefined {
  const { flags, operands } = parsed(args, { all: { ...flag, short: 'a' }, show: flag, noheadings: flag });
  if (flags.show === true || args.length === 0) return swaps(machine).map((each) => `${each} file 2G 0B -2\n`).join('');
  const added = flags.all === true ? fstab(machine).filter((line) => line.type === 'swap').map((line) => line.what) : operands;
  machine.setKernel('swaps', [...new Set([...swaps(machine), ...added])].join('\n'));
  return undefined;
}

interface Mount {
  readonly what: string;
  readonly where: string;
  readonly type: string;
  readonly options: string;
}

/** What is mounted, the root first. */
export function mounts(machine: Machine): Mount[] {
  return JSON.parse(machine.kernel.get('mounts') ?? '[]') as Mount[];
}

function mount({ machine, args }: Call): undefined {
  const { flags, operands } = parsed(args, { options: { ...word, short: 'o' }, types: { ...word, short: 't' }, all: { ...flag, short: 'a' } });
  const where = operands.at(-1) ?? '';
  const remount = flags.options?.split(',').includes('remount') === true;
  const now = mounts(machine);
  const line = fstab(machine).find((each) => each.where === where);
  if (remount) {
    const there = now.find((each) => each.where === where);
    if (there === undefined) throw new ProgramError(`${where}: mount point not mounted or bad option.`, 32);
    const said = (flags.options ?? '').split(',').filter((option) => option !== 'remount').join(',') || line?.options || there.options;
    return machine.setKernel('mounts', JSON.stringify(now.map((each) => (each === there ? { ...each, options: said } : each)))) as undefined;
  }
  const all = flags.all === true ? fstab(machine).filter((each) => each.type !== 'swap' && !now.some((m) => m.where === each.where)) : [operands.length === 2 ? { what: operands[0] ?? '', where, type: flags.types ?? 'ext4', options: flags.options ?? 'rw' } : line];
  for (const each of all) {
    if (each === undefined) throw new ProgramError(`${where}: can't find in /etc/fstab.`, 32);
    if (machine.tree.find(each.where)?.type !== 'directory') throw new ProgramError(`${each.where}: mount point does not exist.`, 32);
    if (mounts(machine).some((m) => m.where === each.where)) throw new ProgramError(`${each.what} already mounted on ${each.where}.`, 32);
    machine.setKernel('mounts', JSON.stringify([...mounts(machine), { ...each, what: machine.devices.get(each.what)?.path ?? each.what }]));
  }
  return undefined;
}

function umount({ machine, args }: Call): undefined {
  const { operands } = parsed(args, { lazy: { ...flag, short: 'l' } });
  for (const where of operands) {
    if (!mounts(machine).some((each) => each.where === where || each.what === where)) throw new ProgramError(`${where}: not mounted.`, 32);
    machine.setKernel('mounts', JSON.stringify(mounts(machine).filter((each) => each.where !== where && each.what !== where)));
  }
}

function findfs({ machine, args: [what = ''] }: Call): string {
  const device = machine.devices.get(what) ?? [...machine.devices.values()].find((each) => each.path === what);
  if (device === undefined) throw new ProgramError(`unable to resolve '${what}'`);
  return `${device.path}\n`;
}

function blkid({ machine, args }: Call): Partial<Output> {
  const { operands: [path = ''] } = parsed(args, { probe: { ...flag, short: 'p' }, output: { ...word, short: 'o' }, match: { ...word, short: 's' } });
  const filesystem = [...machine.devices.values()].find((each) => each.path === path)?.filesystem ?? '';
  return filesystem === '' ? { code: 2 } : { stdout: `${filesystem}\n` };
}

function modprobe({ machine, args }: Call): undefined {
  const { operands } = parsed(args, { all: { ...flag, short: 'a' }, quiet: { ...flag, short: 'q' } });
  for (const name of operands.map((each) => each.replaceAll('-', '_'))) {
    if (machine.tree.find('/run/systemd/container') !== undefined) throw new ProgramError(`FATAL: Module ${name} not found in directory /lib/modules`);
    loadModule(machine, name);
  }
}

const bringsSettings: Readonly<Record<string, readonly string[]>> = {
  br_netfilter: ['net.bridge.bridge-nf-call-iptables', 'net.bridge.bridge-nf-call-ip6tables'],
  nf_conntrack: ['net.netfilter.nf_conntrack_max'],
};

/** The kernel has the module, and the settings that come with it. */
export function loadModule({ tree }: Machine, name: string): void {
  if (tree.find(`/sys/module/${name}`) !== undefined) return;
  tree.asKernel(() => {
    tree.mkdir(`/sys/module/${name}`);
    tree.write('/proc/modules', `${name} 16384 0 - Live 0x0000000000000000\n${tree.text('/proc/modules')}`);
    for (const key of bringsSettings[name] ?? []) {
      tree.mkdir(settingPath(key).slice(0, settingPath(key).lastIndexOf('/')), { recursive: true });
      tree.write(settingPath(key), '0');
    }
  });
}

/** Nobody else is on the machine: a lock can always be had. */
async function flock({ args, shell }: Call): Promise<Output | undefined> {
  const split = args.findIndex((each, i) => !each.startsWith('-') && !(args[i - 1] === '-w'));
  parsed(args.slice(0, split), { nonblock: { ...flag, short: 'n' }, exclusive: { ...flag, short: 'x' }, shared: { ...flag, short: 's' }, unlock: { ...flag, short: 'u' }, wait: { ...word, short: 'w' } });
  const [, ...command] = args.slice(split);
  if (command.length === 0) return undefined;
  const line = command[0] === '-c' ? (command[1] ?? '') : command.map((each) => `'${each.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  return shell(line);
}

/** Programs that speak to the kernel: settings, swap, mounts, modules, locks. */
export const kernelPrograms: readonly Program[] = [
  program('flock', flock),
  program('mount', mount),
  program('umount', umount),
  ...([['sysctl', sysctl], ['swapoff', swapoff], ['swapon', swapon], ['findfs', findfs], ['blkid', blkid], ['modprobe', modprobe]] as const).map(([name, run]) => program(name, run, { path: `/usr/sbin/${name}` })),
];
