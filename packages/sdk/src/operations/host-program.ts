import { together, type Operation } from '../converge/index.ts';
import { directory } from './directory.ts';
import { file } from './file.ts';

const folder = '/usr/local/lib/keybuzz';

/** Where `hostProgram` puts the program of that name. */
export function hostProgramPath(name: string): string {
  return `${folder}/${name}`;
}

/** The host has the program that its own units run, for root to write and everybody to run; its text has the interpreter in the first line. */
export function hostProgram(name: string, text: string): Operation {
  const path = hostProgramPath(name);
  return together(`the host has the program ${path}`, [directory(folder), file(path, text, { mode: 0o755 })]);
}
