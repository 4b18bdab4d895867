import { posix } from 'node:path';
import type { Inode } from '../machine/inode.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Program } from '../machine/program.ts';
import type { Tree } from '../machine/tree.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

const at = (call: Call, path: string): string => posix.resolve(call.cwd, path) + (path.endsWith('/.') ? '/.' : '');

/** Into the directory of that name, if it is one, unless the name is meant exactly. */
function landing(tree: Tree, about: { source: string; target: string; exact: boolean }): string {
  const { source, target, exact } = about;
  // `cp -a folder/. target` copies what is in the folder.
  if (source.endsWith('/.')) return target;
  return !exact && tree.find(target)?.type === 'directory' ? posix.join(target, posix.basename(source)) : target;
}

function cp(call: Call): undefined {
  const { flags, operands } = parsed(call.args, {
    archive: { ...flag, short: 'a' },
    preserve: { ...flag, short: 'p' },
    force: { ...flag, short: 'f' },
    recursive: { ...flag, short: 'r' },
    R: { ...flag, short: 'R' },
    'no-target-directory': { ...flag, short: 'T' },
    parents: flag,
  });
  const { tree } = call.machine;
  const paths = operands.map((each) => at(call, each));
  const target = paths.pop() ?? '';
  const keep = flags.archive === true || flags.preserve === true;
  for (const source of paths) {
    const into = flags.parents === true ? target + source : landing(tree, { source, target, exact: flags['no-target-directory'] === true });
    if (flags.parents === true) tree.mkdir(posix.dirname(into), { recursive: true });
    const whole = flags.archive === true || flags.recursive === true || flags.R === true;
    if (tree.find(source) === undefined) throw new ProgramError(`cannot stat '${source}': No such file or directory`);
    if (tree.get(source).type === 'directory' && !whole) throw new ProgramError(`-r not specified; omitting directory '${source}'`);
    const origin = tree.real(source, { follow: !whole });
    for (const each of whole ? tree.below(origin) : [origin]) copyOne(call.machine, { from: tree.get(each, { follow: false }), to: into + each.slice(origin.length), keep });
  }
}

function copyOne({ tree }: Machine, { from, to, keep }: { from: Inode; to: string; keep: boolean }): void {
  const { mode, owner, group, mtime } = from;
  if (from.type === 'directory') {
    if (tree.find(to) === undefined) tree.mkdir(to, { mode });
  } else if (from.type === 'symlink') {
    tree.remove(to, { force: true });
    tree.symlink(from.target, to);
  } else tree.write(to, from.bytes, tree.find(to) === undefined ? { mode: mode & ~tree.umask } : {});
  if (keep && from.type !== 'symlink') tree.attribute(to, { mode, owner, group, mtime });
}

function mv(call: Call): undefined {
  const { flags, operands } = parsed(call.args, { force: { ...flag, short: 'f' }, 'no-target-directory': { ...flag, short: 'T' }, 'target-directory': { ...word, short: 't' } });
  const { tree } = call.machine;
  const folder = flags['target-directory'];
  const paths = [...operands, ...(folder === undefined ? [] : [folder])].map((each) => at(call, each));
  const target = paths.pop() ?? '';
  for (const source of paths) {
    if (tree.find(source, { follow: false }) === undefined) throw new ProgramError(`cannot stat '${source}': No such file or directory`);
    const into = landing(tree, { source, target, exact: flags['no-target-directory'] === true });
    const there = tree.find(into, { follow: false });
    if (there?.type === 'directory' && tree.get(source, { follow: false }).type !== 'directory') throw new ProgramError(`cannot overwrite directory '${into}' with non-directory`);
    tree.rename(source, into);
  }
}

function ln(call: Call): undefined {
  const { flags, operands } = parsed(call.args, {
    symbolic: { ...flag, short: 's' },
    force: { ...flag, short: 'f' },
    'no-dereference': { ...flag, short: 'n' },
    'no-target-directory': { ...flag, short: 'T' },
  });
  const { tree } = call.machine;
  const [target = '', link] = operands;
  if (flags.symbolic !== true || link === undefined || operands.length > 2) throw new ProgramError('the fake machine knows ln -s TARGET LINK only', 2);
  const exact = flags['no-target-directory'] === true || (flags['no-dereference'] === true && tree.find(at(call, link), { follow: false })?.type === 'symlink');
  const path = landing(tree, { source: target, target: at(call, link), exact });
  if (flags.force === true && tree.find(path, { follow: false })?.type !== 'directory') tree.remove(path, { force: true });
  tree.symlink(target, path);
}

function rm(call: Call): undefined {
  const { flags, operands } = parsed(call.args, {
    force: { ...flag, short: 'f' },
    recursive: { ...flag, short: 'r' },
    R: { ...flag, short: 'R' },
    dir: { ...flag, short: 'd' },
    'one-file-system': flag,
  });
  const { tree } = call.machine;
  const recursive = flags.recursive === true || flags.R === true;
  for (const path of operands.map((each) => at(call, each))) {
    const entry = tree.find(path, { follow: false });
    if (entry === undefined && flags.force !== true) throw new ProgramError(`cannot remove '${path}': No such file or directory`);
    if (entry?.type === 'directory' && !recursive && flags.dir !== true) throw new ProgramError(`cannot remove '${path}': Is a directory`);
    tree.remove(path, { recursive, force: true });
  }
}

function rmdir(call: Call): undefined {
  const { operands } = parsed(call.args, {});
  const { tree } = call.machine;
  for (const path of operands.map((each) => at(call, each))) {
    if (tree.get(path, { call: 'rmdir' }).type !== 'directory') throw new ProgramError(`failed to remove '${path}': Not a directory`);
    if (tree.names(path).length > 0) throw new ProgramError(`failed to remove '${path}': Directory not empty`);
    tree.remove(path);
  }
}

function touch(call: Call): undefined {
  const { operands } = parsed(call.args, {});
  const { tree, now } = call.machine;
  for (const path of operands.map((each) => at(call, each))) {
    if (tree.find(path) === undefined) tree.write(path, '');
    else tree.attribute(path, { mtime: now });
  }
}

/** Programs that make, rename and remove entries of folders. */
export const movingPrograms: readonly Program[] = [program('cp', cp), program('mv', mv), program('ln', ln), program('rm', rm), program('rmdir', rmdir), program('touch', touch)];
