import { posix } from 'node:path';
import { gidOf, groups, uidOf, users } from '../machine/accounts.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

const at = (call: Call, path: string): string => posix.resolve(call.cwd, path);

function octal(mode: string): number {
  if (!/^[0-7]{3,4}$/.test(mode)) throw new ProgramError(`invalid mode: '${mode}'`);
  return Number.parseInt(mode, 8);
}

function owned(machine: Machine, spec: string): { owner?: string; group?: string } {
  const [owner = '', group = ''] = spec.split(':');
  if (owner !== '' && uidOf(machine, owner) === undefined) throw new ProgramError(`invalid user: '${spec}'`);
  if (group !== '' && gidOf(machine, group) === undefined) throw new ProgramError(`invalid group: '${spec}'`);
  const nameOf = (id: string, list: readonly { name: string; number: number }[]): string => list.find((each) => String(each.number) === id)?.name ?? id;
  return {
    ...(owner === '' ? {} : { owner: nameOf(owner, users(machine).map((u) => ({ name: u.name, number: u.uid }))) }),
    ...(group === '' ? {} : { group: nameOf(group, groups(machine).map((g) => ({ name: g.name, number: g.gid }))) }),
  };
}

const changedBy: Readonly<Record<string, (before: number, bits: number) => number>> = { '+': (before, bits) => before | bits, '-': (before, bits) => before & ~bits };

/** `0640`, and symbolic modes such as `u+x,go-w`. */
function newMode(before: number, mode: string): number {
  if (/^[0-7]{3,4}$/.test(mode)) return Number.parseInt(mode, 8);
  return mode.split(',').reduce((now, clause) => {
    const [, who = '', sign = '', what = ''] = /^([ugoa]*)([+-])([rwx]+)$/.exec(clause) ?? [];
    const change = changedBy[sign];
    if (change === undefined) throw new ProgramError(`the fake machine does not know chmod ${clause}`, 2);
    const shift = { u: 6, g: 3, o: 0 } as const;
    const bits = [...what].reduce((sum, letter) => sum | { r: 4, w: 2, x: 1 }[letter as 'r' | 'w' | 'x'], 0);
    const whom: readonly ('u' | 'g' | 'o')[] = who === '' || who.includes('a') ? ['u', 'g', 'o'] : ([...who] as ('u' | 'g' | 'o')[]);
    return change(now, whom.map((each) => bits << shift[each]).reduce((sum, each) => sum | each, 0));
  }, before);
}

function chmod(call: Call): undefined {
  // A mode such as -w would look like a flag: nobody here writes one.
  const { flags, operands } = parsed(call.args, { recursive: { ...flag, short: 'R' } });
  const [mode = '', ...paths] = operands;
  const { tree } = call.machine;
  for (const path of paths.map((each) => at(call, each))) {
    if (tree.find(path) === undefined) throw new ProgramError(`cannot access '${path}': No such file or directory`);
    for (const each of flags.recursive === true ? tree.below(path) : [path]) {
      const entry = tree.get(each);
      tree.attribute(each, { mode: newMode(entry.mode, mode) });
    }
  }
}

function chown(call: Call): undefined {
  const { flags, operands } = parsed(call.args, { 'no-dereference': { ...flag, short: 'h' }, recursive: { ...flag, short: 'R' } });
  const [spec = '', ...paths] = operands;
  const wanted = owned(call.machine, spec);
  for (const path of paths.map((each) => at(call, each))) {
    if (call.machine.tree.find(path, { follow: false }) === undefined) throw new ProgramError(`cannot access '${path}': No such file or directory`);
    for (const each of flags.recursive === true ? call.machine.tree.below(path) : [path]) call.machine.tree.attribute(each, wanted, { follow: flags['no-dereference'] !== true && flags.recursive !== true });
  }
}

function mkdir(call: Call): undefined {
  const { flags, operands } = parsed(call.args, { parents: { ...flag, short: 'p' }, mode: { ...word, short: 'm' } });
  for (const path of operands.map((each) => at(call, each))) {
    const isThere = call.machine.tree.find(path) !== undefined;
    call.machine.tree.mkdir(path, { recursive: flags.parents === true, ...(flags.mode === undefined || isThere ? {} : {}) });
    if (!isThere && flags.mode !== undefined) call.machine.tree.attribute(path, { mode: octal(flags.mode) });
  }
}

function install(call: Call): undefined {
  const { flags, operands } = parsed(call.args, {
    directory: { ...flag, short: 'd' },
    mode: { ...word, short: 'm' },
    owner: { ...word, short: 'o' },
    group: { ...word, short: 'g' },
    'no-target-directory': { ...flag, short: 'T' },
    D: { ...flag, short: 'D' },
  });
  const { tree } = call.machine;
  const wanted = { mode: octal(flags.mode ?? '755'), ...owned(call.machine, `${flags.owner ?? 'root'}:${flags.group ?? 'root'}`) };
  const paths = operands.map((each) => at(call, each));
  if (flags.directory === true) {
    for (const path of paths) {
      tree.mkdir(path, { recursive: true });
      tree.attribute(path, wanted);
    }
    return;
  }
  const target = paths.pop() ?? '';
  for (const source of paths) {
    const into = tree.find(target)?.type === 'directory' && flags['no-target-directory'] !== true ? posix.join(target, posix.basename(source)) : target;
    if (flags.D === true) tree.mkdir(posix.dirname(into), { recursive: true });
    // The program removes what stands there and writes a new file.
    tree.remove(into, { force: true });
    tree.write(into, source === '/dev/stdin' ? call.stdin : tree.bytes(source), wanted);
  }
}

function mktemp(call: Call): string {
  const { flags, operands } = parsed(call.args, { directory: { ...flag, short: 'd' }, tmpdir: { ...word, short: 'p' } });
  const template = operands[0] ?? 'tmp.XXXXXXXXXX';
  const folder = operands[0] === undefined || flags.tmpdir !== undefined ? (flags.tmpdir ?? '/tmp') : call.cwd;
  // Not random, so that a run can be repeated; but never a name that is taken.
  for (let number = 0; ; number += 1) {
    const path = posix.resolve(folder, template.replace(/X{3,}/, (all) => String(number).padStart(all.length, '0')));
    if (call.machine.tree.find(path, { follow: false }) !== undefined) continue;
    if (flags.directory === true) call.machine.tree.mkdir(path, { mode: 0o700 });
    else call.machine.tree.write(path, '', { mode: 0o600 });
    return `${path}\n`;
  }
}

function cmp(call: Call): { code: number; stdout?: string } {
  const { flags, operands } = parsed(call.args, { quiet: { ...flag, short: 's' }, silent: flag });
  const [left, right] = operands.map((path) => (path === '-' ? call.stdin : call.machine.tree.bytes(at(call, path))));
  if (left === undefined || right === undefined) throw new ProgramError('missing operand', 2);
  if (Buffer.compare(left, right) === 0) return { code: 0 };
  return { code: 1, stdout: flags.quiet === true || flags.silent === true ? '' : `${operands.join(' ')} differ\n` };
}

function id(call: Call): string {
  const { flags, operands } = parsed(call.args, { user: { ...flag, short: 'u' }, group: { ...flag, short: 'g' }, groups: { ...flag, short: 'G' }, name: { ...flag, short: 'n' } });
  const name = operands[0] ?? 'root';
  const user = users(call.machine).find((u) => u.name === name || String(u.uid) === name);
  if (user === undefined) throw new ProgramError(`'${name}': no such user`);
  const all = groups(call.machine).filter((g) => g.gid === user.gid || g.members.includes(user.name)).toSorted((a, b) => Number(b.gid === user.gid) - Number(a.gid === user.gid));
  const shown = (number: number, text: string): string => (flags.name === true ? text : String(number));
  if (flags.user === true) return `${shown(user.uid, user.name)}\n`;
  if (flags.group === true) return `${shown(user.gid, all[0]?.name ?? '')}\n`;
  if (flags.groups === true) return `${all.map((g) => shown(g.gid, g.name)).join(' ')}\n`;
  return `uid=${user.uid}(${user.name}) gid=${user.gid}(${all[0]?.name ?? ''}) groups=${all.map((g) => `${g.gid}(${g.name})`).join(',')}\n`;
}

function uname(call: Call): string {
  const { flags } = parsed(call.args, { release: { ...flag, short: 'r' }, machine: { ...flag, short: 'm' }, name: { ...flag, short: 's' }, node: { ...flag, short: 'n' } });
  const { tree } = call.machine;
  const parts = [
    flags.name === true || call.args.length === 0 ? ['Linux'] : [],
    flags.node === true ? [tree.text('/proc/sys/kernel/hostname').trim()] : [],
    flags.release === true ? [tree.text('/proc/sys/kernel/osrelease').trim()] : [],
    flags.machine === true ? ['x86_64'] : [],
  ];
  return `${parts.flat().join(' ')}\n`;
}

/** `date +FORMAT` by the machine's own clock. */
function date(call: Call): string {
  const { flags, operands } = parsed(call.args, { utc: { ...flag, short: 'u' }, iso: word });
  const [format] = operands;
  if (format?.startsWith('+') !== true || Object.keys(flags).length > 1) throw new ProgramError('the fake machine knows date +FORMAT only', 2);
  const iso = new Date(call.machine.now).toISOString();
  const parts: Record<string, string> = { s: String(Math.floor(call.machine.now / 1000)), N: `${String(call.machine.now % 1000).padStart(3, '0')}000000`, F: iso.slice(0, 10), T: iso.slice(11, 19), Y: iso.slice(0, 4), m: iso.slice(5, 7), d: iso.slice(8, 10), H: iso.slice(11, 13), M: iso.slice(14, 16), S: iso.slice(17, 19) };
  return `${format.slice(1).replaceAll(/%(.)/g, (all, letter: string) => parts[letter] ?? all)}\n`;
}

function sync(call: Call): undefined {
  const { operands } = parsed(call.args, { data: { ...flag, short: 'd' }, 'file-system': { ...flag, short: 'f' } });
  for (const path of operands) if (call.machine.tree.find(at(call, path)) === undefined) throw new ProgramError(`error opening '${path}': No such file or directory`);
}

/** The file tools that must know owners, modes and the machine's clock. */
export const coreutils: readonly Program[] = [
  program('chown', chown),
  program('chmod', chmod),
  program('mkdir', mkdir),
  program('install', install),
  program('mktemp', mktemp),
  program('cmp', cmp),
  program('id', id),
  program('uname', uname),
  program('date', date),
  program('sync', sync),
];
