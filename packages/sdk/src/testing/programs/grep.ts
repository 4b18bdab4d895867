import { posix } from 'node:path';
import { parsed, program, ProgramError, type Call, type Output, type Program } from '../machine/program.ts';

const flag = { type: 'boolean' } as const;
const word = { type: 'string' } as const;

const options = {
  'extended-regexp': { ...flag, short: 'E' },
  'fixed-strings': { ...flag, short: 'F' },
  quiet: { ...flag, short: 'q' },
  'no-messages': { ...flag, short: 's' },
  'line-regexp': { ...flag, short: 'x' },
  'word-regexp': { ...flag, short: 'w' },
  'ignore-case': { ...flag, short: 'i' },
  'invert-match': { ...flag, short: 'v' },
  count: { ...flag, short: 'c' },
  'files-with-matches': { ...flag, short: 'l' },
  'line-number': { ...flag, short: 'n' },
  'only-matching': { ...flag, short: 'o' },
  'with-filename': { ...flag, short: 'H' },
  'no-filename': { ...flag, short: 'h' },
  regexp: { ...word, short: 'e', multiple: true },
} as const;

function grep({ machine, args, cwd, stdin }: Call): Output {
  const { flags, operands } = parsed(args, options);
  const patterns = flags.regexp ?? [operands.shift() ?? ''];
  const paths = operands.length === 0 ? ['-'] : operands;
  const named = flags['with-filename'] === true || (paths.length > 1 && flags['no-filename'] !== true);
  const expression = matcher(patterns, flags);
  const output = { stdout: '', stderr: '', code: 1 };
  let trouble = false;
  for (const path of paths) {
    const entry = path === '-' ? undefined : machine.tree.find(posix.resolve(cwd, path));
    if (path !== '-' && entry?.type !== 'file') {
      trouble = true;
      output.stderr += flags['no-messages'] === true ? '' : `grep: ${path}: ${entry === undefined ? 'No such file or directory' : 'Is a directory'}\n`;
      continue;
    }
    const text = Buffer.from(path === '-' ? stdin : machine.tree.bytes(posix.resolve(cwd, path))).toString('utf8');
    const lines = text.split('\n').slice(0, text.endsWith('\n') || text === '' ? -1 : undefined);
    const found = lines.map((line, at) => ({ line, at })).filter(({ line }) => expression.test(line) !== (flags['invert-match'] === true));
    if (found.length > 0) output.code = 0;
    output.stdout += shown({ found, expression, prefix: named ? `${path}:` : '', path, flags });
  }
  if (trouble && !(output.code === 0 && flags.quiet === true)) output.code = 2;
  return output;
}

type Flags = ReturnType<typeof parsed<typeof options>>['flags'];

function shown(about: { found: { line: string; at: number }[]; expression: RegExp; prefix: string; path: string; flags: Flags }): string {
  const { found, expression, prefix, path, flags } = about;
  if (flags.quiet === true) return '';
  if (flags['files-with-matches'] === true) return found.length > 0 ? `${path}\n` : '';
  if (flags.count === true) return `${prefix}${found.length}\n`;
  return found.map(({ line, at }) => {
    const head = `${prefix}${flags['line-number'] === true ? `${at + 1}:` : ''}`;
    if (flags['only-matching'] !== true) return `${head}${line}\n`;
    return [...line.matchAll(new RegExp(expression, `${expression.flags}g`))].map(([match]) => `${head}${match}\n`).join('');
  }).join('');
}

function matcher(patterns: readonly string[], flags: Flags): RegExp {
  const each = patterns.flatMap((pattern) => pattern.split('\n')).map((pattern) => {
    if (flags['fixed-strings'] === true) return pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    return translated(pattern, flags['extended-regexp'] === true);
  });
  const whole = each.map((source) => (flags['line-regexp'] === true ? `^(?:${source})$` : flags['word-regexp'] === true ? `\\b(?:${source})\\b` : `(?:${source})`)).join('|');
  return new RegExp(whole, flags['ignore-case'] === true ? 'i' : '');
}

const classes: Readonly<Record<string, string>> = { space: String.raw`\s`, blank: String.raw` \t`, digit: '0-9', alpha: 'a-zA-Z', alnum: 'a-zA-Z0-9', upper: 'A-Z', lower: 'a-z', xdigit: '0-9A-Fa-f', punct: '!-/:-@[-`{-~' };

/** A POSIX regular expression as JavaScript writes it: in the basic kind the backslash gives `(){}+?|` their meaning. */
function translated(pattern: string, extended: boolean): string {
  return pattern.replaceAll(/\[(\^?\]?(?:\[:\w+:\]|[^\]])*)\]|\\(.)|[(){}+?|]/gs, (all, bracket: string | undefined, escaped: string | undefined) => {
    if (bracket !== undefined) {
      const inner = bracket.replaceAll(/\[:(\w+):\]/g, (_, name: string) => {
        const found = classes[name];
        if (found === undefined) throw new ProgramError(`Invalid character class name ${name}`, 2);
        return found;
      });
      return `[${inner.replace(/^(\^?)\]/, String.raw`$1\]`).replaceAll('[', String.raw`\[`)}]`;
    }
    if (escaped !== undefined) return !extended && '(){}+?|'.includes(escaped) ? escaped : all;
    return extended ? all : `\\${all}`;
  });
}

/** `grep`, whole: the shell's own lacks flags that our scripts use. */
export const grepProgram: Program = program('grep', grep);
