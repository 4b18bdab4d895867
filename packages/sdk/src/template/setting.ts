import { Failure } from '../command/index.ts';

/** A value of a settings file. */
export type Setting = string | number | boolean;

/** Settings by key, in the order of the file: a list repeats its key, undefined leaves it out. */
export type Settings = Readonly<Record<string, Setting | readonly Setting[] | undefined>>;

/** A key with one value, both as text. */
export interface Line {
  readonly key: string;
  readonly value: string;
}

/** The settings as single lines; numbers must be finite. Throws Failure `badConfig`. */
export function linesOf(where: string, settings: Settings): readonly Line[] {
  return Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [value].flat()).map((each) => ({ key, value: plainText(`${where} ${key}`, each) })));
}

/** A value as the text of one line. Throws Failure `badConfig`, without the value: it may be a secret. */
export function plainText(what: string, value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw cannotCarry(what, 'is not a finite number');
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') throw cannotCarry(what, `is ${value === null || value === undefined ? String(value) : `a ${value.constructor.name}`}, not a text, number or boolean`);
  const text = String(value);
  if (/[\n\r\0]/.test(text)) throw cannotCarry(what, 'has a line break or a NUL byte in it, and a setting is one line');
  return text;
}

/** The error for a value that a format cannot write down. */
export function cannotCarry(what: string, why: string): Failure {
  return new Failure('badConfig', `${what} ${why}`, { next: 'correct the value, or write this file with text`…`' });
}
