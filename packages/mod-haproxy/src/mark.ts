import { createHash } from 'node:crypto';
import { Secret } from '@keybuzz/sdk';

/** A file of HAProxy's configuration that tells, from inside the running process, that it was read. */
export interface Marked {
  readonly path: string;
  /** The variable that the process has when it has read the file. */
  readonly variable: string;
  /** Its value: the beginning of the SHA-256 of the text. */
  readonly value: string;
  readonly content: string | Secret;
}

/** The text with its mark after it: a variable of the process, set when the file is read. Only what runs can say what it has read. */
export function marked(path: string, about: { variable: string; text: string | Secret }): Marked {
  const { variable, text } = about;
  const plain = text instanceof Secret ? text.reveal() : text;
  const value = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  const whole = `${plain.replace(/\n*$/, '\n')}\n# What this file is in the running process: show env ${variable}\nglobal\n  setenv ${variable} ${value}\n`;
  return { path, variable, value, content: text instanceof Secret ? Secret.of(text.name, whole) : whole };
}

/** The variable that marks the fragment of that name. */
export function fragmentVariable(name: string): string {
  return `KEYBUZZ_FRAGMENT_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** The variable that marks the main file. */
export const mainVariable = 'KEYBUZZ_MAIN';
