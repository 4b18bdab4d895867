import { readFileSync } from 'node:fs';
import { Failure } from '../command/failure.ts';

/** What was found in old files; values are only in `found`. */
export interface ImportedEnv {
  readonly found: ReadonlyMap<string, string>;
  /** `file:line: VARIABLE` of what has no place here. */
  readonly unknown: readonly string[];
  /** `file:line: VARIABLE` of values that were never filled in. */
  readonly placeholders: readonly string[];
}

/** Secrets of the old installer's `*.env` files, by the names that `names` gives their variables. Throws Failure `badConfig` when two lines disagree on one secret, naming both and no value. */
export function readOldEnv(files: readonly string[], names: ReadonlyMap<string, string>): ImportedEnv {
  const found = new Map<string, { value: string; where: string }>();
  const unknown: string[] = [];
  const placeholders: string[] = [];
  const conflicts: string[] = [];
  for (const { variable, value, where } of files.flatMap(assignments)) {
    const name = names.get(variable);
    const known = name === undefined ? undefined : found.get(name);
    if (name === undefined) unknown.push(`${where}: ${variable}`);
    else if (isPlaceholder(value)) placeholders.push(`${where}: ${variable}`);
    else if (known !== undefined && known.value !== value) conflicts.push(`${name}: ${known.where} and ${where} differ`);
    else found.set(name, { value, where });
  }
  if (conflicts.length > 0) throw new Failure('badConfig', conflicts.join('\n'), { next: 'keep the file that is in use, and import that one' });
  return { found: new Map([...found].map(([name, { value }]) => [name, value])), unknown, placeholders };
}

/** Nobody chose these: a live cluster with one of them must be changed, not imported. */
function isPlaceholder(value: string): boolean {
  return value.length < 8 || /^(<.*>|x+|\*+|change.?me.*|password.*|secret|default|todo)$/i.test(value);
}

function assignments(file: string): { variable: string; value: string; where: string }[] {
  return readFileSync(file, 'utf8').split(/\r?\n/).flatMap((line, i) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match === null) return [];
    const [, variable = '', text = ''] = match;
    return [{ variable, value: unquoted(text.trim()), where: `${file}:${i + 1}` }];
  });
}

/** The value as bash would read it, without expansions: the old files have none. */
function unquoted(text: string): string {
  const single = /^'([^']*)'/.exec(text)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (double !== undefined) return double.replaceAll(/\\([\\"$`])/g, '$1');
  return text.replace(/\s#.*$/, '').replaceAll(/\\(.)/g, '$1');
}
