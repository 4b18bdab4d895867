import { Failure } from '../command/index.ts';

/** A comma list of name patterns, ready to be asked. */
export interface NamePattern {
  readonly matches: (name: string) => boolean;
  /** The parts that are plain names: those must exist, a wildcard may match nothing. */
  readonly plainNames: readonly string[];
}

/**
 * Host names as people write them on a command line: `*` any letters, `?` one letter, `[0-3]` or `[abc]` one of these,
 * `{a,b}` either; parts separated by commas add up; a part that starts with `!` takes away, wherever it stands;
 * only `!` parts means all others. Throws Failure `badConfig` on anything else.
 */
export function namePattern(text: string): NamePattern {
  const parts = splitParts(text);
  const takes = parts.filter((part) => !part.startsWith('!')).map((part) => regExp(part, text));
  const leaves = parts.filter((part) => part.startsWith('!')).map((part) => regExp(part.slice(1), text));
  const names = parts.map((part) => part.replace(/^!/, ''));
  return {
    matches: (name) => (takes.length === 0 || takes.some((one) => one.test(name))) && !leaves.some((one) => one.test(name)),
    plainNames: names.filter((part) => !/[*?[\]{}]/.test(part)),
  };
}

/** Cut at the commas that are in no braces. */
function splitParts(text: string): readonly string[] {
  const parts = (text.match(/(?:\{[^{}]*\}|[^,])+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
  if (parts.length === 0) throw unreadable(text, 'it is empty');
  return parts;
}

function regExp(part: string, whole: string): RegExp {
  let source = '';
  for (const token of part.match(/\{[^{}]*\}|\[[a-z0-9-]+\]|[^]/gi) ?? []) {
    if (token === '*') source += '.*';
    else if (token === '?') source += '.';
    else if (token.length > 1 && token.startsWith('[')) source += token;
    else if (token.length > 1) source += `(?:${token.slice(1, -1).split(',').map((one) => regExp(one.trim(), whole).source.slice(1, -1)).join('|')})`;
    else if (/[\w.-]/.test(token)) source += token === '.' ? String.raw`\.` : token;
    else throw unreadable(whole, `${JSON.stringify(token)} has no meaning in it`);
  }
  if (source === '') throw unreadable(whole, 'a part of it is empty');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    throw unreadable(whole, 'a range in it runs backwards');
  }
}

function unreadable(text: string, why: string): Failure {
  return new Failure('badConfig', `the host pattern ${JSON.stringify(text)} cannot be read: ${why}. Write names such as db-master-01, db-*, redis-0[1-2], {redis,queue}-*, !haproxy-02, separated by commas`);
}
