import { posix } from 'node:path';
import { gidOf, uidOf } from '../machine/accounts.ts';
import { FileError, type Inode } from '../machine/inode.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

interface Shown {
  readonly path: string;
  readonly entry: Inode;
  readonly machine: Machine;
}

const typeLetters = { file: 'f', directory: 'd', symlink: 'l' } as const;
const typeNames = { file: 'regular file', directory: 'directory', symlink: 'symbolic link' } as const;

function size(entry: Inode): number {
  if (entry.type === 'file') return entry.bytes.length;
  return entry.type === 'symlink' ? entry.target.length : 4096;
}

/** Whole seconds and the rest in nanoseconds. */
function seconds(milliseconds: number, decimals: number): string {
  const whole = Math.floor(milliseconds / 1000);
  const rest = Math.round((milliseconds - whole * 1000) * 1_000_000);
  return `${whole}.${String(rest).padStart(9, '0').padEnd(decimals, '0')}`;
}

const findLetters: Readonly<Record<string, (shown: Shown) => string>> = {
  p: ({ path }) => path,
  f: ({ path }) => posix.basename(path),
  y: ({ entry }) => typeLetters[entry.type],
  m: ({ entry }) => (entry.mode & 0o7777).toString(8),
  u: ({ entry }) => entry.owner,
  g: ({ entry }) => entry.group,
  U: ({ entry, machine }) => String(uidOf(machine, entry.owner) ?? 65_534),
  G: ({ entry, machine }) => String(gidOf(machine, entry.group) ?? 65_534),
  l: ({ entry }) => (entry.type === 'symlink' ? entry.target : ''),
  s: ({ entry }) => String(size(entry)),
  'T@': ({ entry }) => seconds(entry.mtime, 10),
};

const statLetters: Readonly<Record<string, (shown: Shown) => string>> = {
  n: ({ path }) => path,
  a: ({ entry }) => (entry.mode & 0o7777).toString(8),
  U: ({ entry }) => entry.owner,
  G: ({ entry }) => entry.group,
  u: findLetters['U'] as (shown: Shown) => string,
  g: findLetters['G'] as (shown: Shown) => string,
  F: ({ entry }) => (entry.type === 'file' && entry.bytes.length === 0 ? 'regular empty file' : typeNames[entry.type]),
  s: ({ entry }) => String(size(entry)),
  Y: ({ entry }) => String(Math.floor(entry.mtime / 1000)),
  '.Y': ({ entry }) => seconds(entry.mtime, 9),
};

function formatted(format: string, shown: Shown, letters: typeof findLetters): string {
  const escapes: Record<string, string> = { '\\0': '\0', '\\n': '\n', '\\t': '\t', '\\\\': '\\' };
  return format.replaceAll(/\\[0nt\\]|%(%|T@|\.Y|.)/g, (all, letter: string | undefined) => {
    if (letter === undefined) return escapes[all] ?? all;
    if (letter === '%') return '%';
    const shows = letters[letter];
    if (shows === undefined) throw new ProgramError(`the fake machine does not know the format ${all}`, 2);
    return shows(shown);
  });
}

type Test = (shown: Shown) => boolean | string;

/** `find PATHS` with the tests, actions and operators that facts use; an expression it does not know fails. */
function find(call: Call): { code: number; stdout: string; stderr: string } {
  const words = [...call.args];
  const follow = words[0] === '-L' && words.shift() !== undefined;
  const split = words.findIndex((each) => /^[-(!]/.test(each));
  const paths = split === -1 ? words : words.slice(0, split);
  const expression = new Expression(split === -1 ? [] : words.slice(split));
  const output = { stdout: '', stderr: '', code: 0 };
  for (const path of paths) {
    const full = posix.resolve(call.cwd, path);
    try {
      call.machine.tree.get(full, { follow: false });
    } catch (error) {
      output.stderr += `find: '${path}': ${error instanceof FileError && error.code === 'ENOTDIR' ? 'Not a directory' : 'No such file or directory'}\n`;
      output.code = 1;
      continue;
    }
    for (const each of call.machine.tree.below(full)) {
      const rest = each.slice(full === '/' ? 0 : full.length);
      if (rest.split('/').length - 1 > expression.depth.max || rest.split('/').length - 1 < expression.depth.min) continue;
      const entry = (follow ? call.machine.tree.find(each) : undefined) ?? call.machine.tree.get(each, { follow: false });
      output.stdout += expression.apply({ path: path + rest, entry, machine: call.machine });
    }
  }
  return output;
}

/** `find … -exec COMMAND {} +`: the command runs once, for everything that was found. */
async function findAndRun(call: Call): Promise<Output> {
  const at = call.args.indexOf('-exec');
  if (at === -1) return find(call);
  if (call.args.slice(-2).join(' ') !== '{} +') throw new ProgramError('the fake machine knows find … -exec COMMAND {} + only', 2);
  const found = find({ ...call, args: call.args.slice(0, at) });
  const paths = found.stdout.split('\n').filter((path) => path !== '');
  if (paths.length === 0) return found;
  const ran = await call.shell([...call.args.slice(at + 1, -2), ...paths].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '));
  return { stdout: ran.stdout, stderr: found.stderr + ran.stderr, code: ran.code === 0 ? found.code : 1 };
}

/** What stands after the paths. Actions answer text, tests answer whether the rest is looked at. */
class Expression {
  readonly depth = { min: 0, max: Infinity };
  readonly #words: string[];
  readonly #root: Test;

  constructor(words: string[]) {
    this.#words = words;
    this.#root = this.#either();
    if (this.#words.length > 0) throw new ProgramError(`the fake machine does not know find ${this.#words.join(' ')}`, 2);
  }

  apply(shown: Shown): string {
    const answer = this.#root(shown);
    if (typeof answer === 'string') return answer;
    return answer ? `${shown.path}\n` : '';
  }

  #either(): Test {
    const branches = [this.#sequence()];
    while (this.#words[0] === '-o' && this.#words.shift() !== undefined) branches.push(this.#sequence());
    return (shown) => branches.map((branch) => branch(shown)).find((answer) => answer !== false) ?? false;
  }

  #sequence(): Test {
    const steps: Test[] = [];
    while (this.#words.length > 0 && this.#words[0] !== '-o' && this.#words[0] !== ')') steps.push(this.#step());
    return (shown) => {
      let said: string | undefined;
      for (const step of steps) {
        const answer = step(shown);
        if (answer === false) return said ?? false;
        if (typeof answer === 'string') said = (said ?? '') + answer;
      }
      return said ?? true;
    };
  }

  #step(): Test {
    const name = this.#words.shift() ?? '';
    const operand = (): string => this.#words.shift() ?? '';
    switch (name) {
      case '(': {
        const inner = this.#either();
        if (operand() !== ')') throw new ProgramError("expected ')'", 1);
        return inner;
      }
      case '!': {
        const inner = this.#step();
        return (shown) => inner(shown) === false;
      }
      case '-maxdepth':
        this.depth.max = Number(operand());
        return () => true;
      case '-mindepth':
        this.depth.min = Number(operand());
        return () => true;
      case '-printf': {
        const format = operand();
        return (shown) => formatted(format, shown, findLetters);
      }
      case '-print':
        return ({ path }) => `${path}\n`;
      case '-print0':
        return ({ path }) => `${path}\0`;
      case '-type': {
        const wanted = operand().split(',');
        return ({ entry }) => wanted.includes(typeLetters[entry.type]);
      }
      case '-name': {
        const wanted = operand();
        return ({ path }) => posix.matchesGlob(posix.basename(path), wanted);
      }
      case '-empty':
        return ({ path, entry, machine }) => (entry.type === 'directory' ? machine.tree.names(path).length === 0 : entry.type === 'file' && entry.bytes.length === 0);
      case '-delete':
        return ({ path, machine }) => {
          machine.tree.remove(path);
          return '';
        };
      default:
        throw new ProgramError(`the fake machine does not know find ${name}`, 2);
    }
  }
}

function stat(call: Call): { code: number; stdout: string; stderr: string } {
  const { flags, operands } = parsed(call.args, { dereference: { type: 'boolean', short: 'L' }, format: { type: 'string', short: 'c' }, printf: { type: 'string' } });
  const format = flags.printf ?? flags.format;
  if (format === undefined) throw new ProgramError('the fake machine wants stat --printf or -c', 2);
  const output = { stdout: '', stderr: '', code: 0 };
  for (const path of operands) {
    const entry = call.machine.tree.find(posix.resolve(call.cwd, path), { follow: flags.dereference === true });
    if (entry === undefined) {
      output.stderr += `stat: cannot statx '${path}': No such file or directory\n`;
      output.code = 1;
    } else output.stdout += formatted(format, { path, entry, machine: call.machine }, statLetters) + (flags.printf === undefined ? '\n' : '');
  }
  return output;
}

/** Programs that tell what stands at a path. */
export const pathPrograms: readonly Program[] = [program('find', findAndRun), program('stat', stat)];
