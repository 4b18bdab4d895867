import { banner } from './banner.ts';
import { cannotCarry, linesOf, type Line, type Settings } from './setting.ts';

/** Between key and value, and the module that the file's first line names. */
export interface SettingsOptions {
  readonly separator?: string;
  readonly module: string;
}

/** Settings as `key = value` lines; with the separator ' ', as `Key value` lines. Throws Failure `badConfig` on what would not be read back the same. */
export function keyValue(settings: Settings, { separator = ' = ', module }: SettingsOptions): string {
  return [banner(module), ...linesOf(`module ${module}:`, settings).map((line) => written(line, { separator, where: `module ${module}:` })), ''].join('\n');
}

/** Sections of `key = value` lines. Throws Failure `badConfig` on what would not be read back the same, such as a line break or ` #` in a value. */
export function ini(sections: Readonly<Record<string, Settings>>, { separator = ' = ', module }: SettingsOptions): string {
  const blocks = Object.entries(sections).map(([name, settings]) => {
    const where = `module ${module}: [${name}]`;
    if (name === '' || /[[\]\n\r\0]/.test(name)) throw cannotCarry(`module ${module}: the section ${JSON.stringify(name)}`, 'cannot be a section: no brackets, no line break, not empty');
    return [`[${name}]`, ...linesOf(where, settings).map((line) => written(line, { separator, where })), ''].join('\n');
  });
  return [banner(module), ...blocks].join('\n');
}

function written({ key, value }: Line, { separator, where }: { separator: string; where: string }): string {
  const mark = separator.trim();
  if (key === '' || /[\n\r\0]|^[\s[#;]|\s$/.test(key) || (mark === '' ? /\s/.test(key) : key.includes(mark))) {
    throw cannotCarry(`${where} the key ${JSON.stringify(key)}`, 'would be read as something else');
  }
  if (value === '' && mark === '') throw cannotCarry(`${where} ${key}`, 'is empty: leave the key out instead');
  if (/^\s|\s$/.test(value)) throw cannotCarry(`${where} ${key}`, 'begins or ends with blanks, which are lost when the file is read');
  // Half of the readers take these for a comment in the middle of a line.
  if (/(^|\s)[#;]/.test(value)) throw cannotCarry(`${where} ${key}`, 'has a # or ; that starts a comment');
  if (value.endsWith('\\')) throw cannotCarry(`${where} ${key}`, 'ends with a backslash, which joins the next line to it');
  return `${key}${separator}${value}`.trimEnd();
}
