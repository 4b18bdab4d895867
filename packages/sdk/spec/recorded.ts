import { readFileSync } from 'node:fs';
import type { Result } from '../src/command/index.ts';
import type { Fact } from '../src/converge/index.ts';

/** What a real host answered to a command that was run there by `sh` with LC_ALL=C. */
export interface Recorded extends Result {
  readonly command: string;
}

/** An answer under spec/fixtures, such as `debian-13/units`. */
export function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Recorded;
}

/** What the facts read in the recorded answer, after making sure that it is the answer to what they ask; a quicker way may be tried before it. */
export function readFrom<T>(name: string, facts: readonly Fact<T>[]): T[] {
  const answer = recorded(name);
  const told = facts.flatMap((each) => each.made?.from ?? [each]);
  const reader = told[0]!.reader;
  const keys = told.map(({ key }) => key);
  const asked = reader.command(keys).text;
  if (asked !== answer.command && !asked.endsWith(` 2>/dev/null || ${answer.command}`)) throw new Error(`fixtures/${name}.json answers another question:\n${answer.command}\nnow asked:\n${asked}`);
  const values = reader.parse(answer, keys);
  const valueOf = <V>({ key, made }: Fact<V>): V => {
    if (made !== undefined) return made.by(...made.from.map((part) => valueOf(part)));
    if (!values.has(key)) throw new Error(`no answer for ${key}`);
    return values.get(key) as V;
  };
  return facts.map(valueOf);
}
