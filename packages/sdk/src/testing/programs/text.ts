import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

function sha256sum({ machine, args, cwd, stdin }: Call): Partial<Output> {
  const { flags, operands } = parsed(args, { zero: { ...flag, short: 'z' } });
  const output = { stdout: '', stderr: '', code: 0 };
  for (const path of operands.length === 0 ? ['-'] : operands) {
    const entry = path === '-' ? undefined : machine.tree.find(posix.resolve(cwd, path));
    if (path !== '-' && entry?.type !== 'file') {
      output.stderr += `sha256sum: ${path}: ${entry === undefined ? 'No such file or directory' : 'Is a directory'}\n`;
      output.code = 1;
    } else {
      const bytes = path === '-' ? stdin : machine.tree.bytes(posix.resolve(cwd, path));
      output.stdout += `${createHash('sha256').update(bytes).digest('hex')}  ${path}${flags.zero === true ? '\0' : '\n'}`;
    }
  }
  return output;
}

/** `head -c BYTES`, `head -n LINES`, and `-n -LINES` for all but the last. */
function head({ machine, args, cwd, stdin }: Call): Partial<Output> | string {
  const split = args.map((each) => (/^-\d+$/.test(each) ? `-n${each.slice(1)}` : each)).flatMap((each, i, all) => (all[i - 1] === '-n' ? [] : each === '-n' ? [`--lines=${all[i + 1] ?? ''}`] : [each]));
  const { flags, operands } = parsed(split, { bytes: { ...word, short: 'c' }, lines: { ...word, short: 'n' } });
  if (operands.length > 1) throw new ProgramError('the fake machine knows head of one file only', 2);
  const bytes = operands[0] === undefined ? stdin : machine.tree.bytes(posix.resolve(cwd, operands[0]));
  if (flags.bytes !== undefined) return { stdout: Buffer.from(bytes.subarray(0, Number(flags.bytes))).toString('utf8') };
  const lines = Buffer.from(bytes).toString('utf8').split(/(?<=\n)/);
  return lines.slice(0, Number(flags.lines ?? 10)).join('');
}

/** Writing in place follows links here anyway; and with -E the shell's own still takes addresses for basic expressions. */
function sed({ args, original }: Call): Promise<Output> {
  const words = args.filter((each) => each !== '--follow-symlinks');
  if (!words.some((each) => /^-[a-z]*[Er]/.test(each))) return original(words);
  return original(words.map((each) => each.replace(/^\/((?:\\.|[^/\\])*)\//, (_, address: string) => `/${basic(address)}/`)));
}

/** An extended expression as a basic one. */
function basic(pattern: string): string {
  return pattern.replaceAll(/(\[\^?\]?(?:\[:\w+:\]|[^\]])*\])|\\([(){}+?|])|([(){}+?|])/g, (all, bracket?: string, escaped?: string) => bracket ?? escaped ?? `\\${all}`);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\', r: '\r' };
const classes: Readonly<Record<string, string>> = { '[:lower:]': 'a-z', '[:upper:]': 'A-Z', '[:digit:]': '0-9' };

/** A set of tr: escapes, ranges and classes spelt out. */
function spelt(set: string): string {
  const plain = set.replaceAll(/\[:\w+:\]/g, (name) => classes[name] ?? name).replaceAll(/\\([nt0\\r])/g, (_, letter: string) => escapes[letter] ?? letter);
  return plain.replaceAll(/(.)-(.)/gs, (all, from: string, to: string) => (from < to ? String.fromCharCode(...Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, i) => from.charCodeAt(0) + i)) : all));
}

/** The shell's own tr does not know NUL. */
function tr({ args, stdin }: Call): string {
  const { flags, operands: [first = '', second = ''] } = parsed(args, { delete: { ...flag, short: 'd' }, 'squeeze-repeats': { ...flag, short: 's' } });
  const [from, to] = [spelt(first), spelt(second)];
  const text = Buffer.from(stdin).toString('utf8');
  if (flags.delete === true) return [...text].filter((letter) => !from.includes(letter)).join('');
  const turned = second === '' ? text : [...text].map((letter) => (from.includes(letter) ? (to[Math.min(from.indexOf(letter), to.length - 1)] ?? letter) : letter)).join('');
  if (flags['squeeze-repeats'] !== true) return turned;
  const squeezed = second === '' ? from : to;
  return [...turned].filter((letter, i, all) => !(squeezed.includes(letter) && all[i - 1] === letter)).join('');
}

/** `sh -e FILE` as well, which the shell's own does not know. */
function sh({ machine, args, cwd, original }: Call): Promise<Output> {
  const [flags = '', file = '', ...rest] = args;
  if (!/^-[eu]+$/.test(flags)) return original(args);
  return original(['-c', `set ${flags}\n${machine.tree.text(posix.resolve(cwd, file))}`, file, ...rest]);
}

/** Text tools, where the shell's own lack what Debian's can do. */
export const textPrograms: readonly Program[] = [program('sha256sum', sha256sum), program('head', head), program('tr', tr), program('sed', sed), program('sh', sh)];
