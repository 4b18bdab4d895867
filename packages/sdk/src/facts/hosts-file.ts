import { madeOf, type Fact } from '../converge/index.ts';
import { fileLines } from './file-lines.ts';

const path = '/etc/hosts';
const text: Fact<string> = madeOf(path, [fileLines(path)], (files) => (files.get(path) ?? []).map((line) => `${line}\n`).join(''));

/** The text of /etc/hosts, its last line ended; empty when there is none. */
export function hostsFileText(): Fact<string> {
  return text;
}
