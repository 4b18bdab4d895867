import { Failure } from '../command/index.ts';

/** What may stand in a template: a value, several lines, or nothing at all. */
export type Part = string | number | false | undefined | readonly (string | number)[];

/**
 * A text without the indentation of the source it stands in, ending in one newline. A list or a text of several lines becomes as many lines,
 * indented as its place is; a line whose only content is false, undefined or an empty list is left out. In the middle of a line a list is
 * joined by blanks. Backslashes stay as typed, save before a backtick or `${`. Throws Failure `badConfig` when several lines, a carriage
 * return or an object (a Secret) would land in the middle of one.
 */
export function text(literals: TemplateStringsArray, ...parts: readonly Part[]): string {
  const marked = literals.raw.map((literal) => literal.replaceAll(/\\(`|\$\{)/g, '$1')).reduce((whole, literal, i) => `${whole}\0${i - 1}\0${literal}`);
  const lines = marked.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0));
  return lines.flatMap((line) => filled(line.slice(indent), parts)).map((line) => `${line}\n`).join('');
}

function filled(line: string, parts: readonly Part[]): readonly string[] {
  const alone = /^(\s*)\0(\d+)\0\s*$/.exec(line);
  if (alone !== null) {
    const block = entries(parts[Number(alone[2])], line).flatMap((entry) => entry.replace(/\n$/, '').split('\n'));
    return block.map((entry) => `${entry === '' ? '' : alone[1]}${one(entry, line)}`);
  }
  return [line.replaceAll(/\0(\d+)\0/g, (_, i: string) => one(entries(parts[Number(i)], line).join(' '), line))];
}

function entries(part: Part, line: string): readonly string[] {
  if (part === false || part === undefined) return [];
  const list: readonly unknown[] = Array.isArray(part) ? part : [part];
  const odd = list.find((entry) => typeof entry !== 'string' && typeof entry !== 'number');
  if (odd !== undefined) throw broken(line, `got ${typeof odd === 'object' ? 'an object' : `a ${typeof odd}`}, wanted text or a number (a Secret: reveal() it, in a file of mode 0600)`);
  return list.map(String);
}

function one(entry: string, line: string): string {
  if (/[\n\r\0]/.test(entry)) throw broken(line, 'got a line break inside a line; put several lines on a line of their own');
  return entry;
}

/** Shows the template, never the value: it may be a secret. */
function broken(line: string, why: string): Failure {
  return new Failure('badConfig', `template line ${JSON.stringify(line.trim().replaceAll(/\0\d+\0/g, () => '${…}'))}: ${why}`);
}
