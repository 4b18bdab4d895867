/** A value of a settings file. */
export type Setting = string | number | boolean;

/** The first line of every file that we write: who wrote it, and that edits do not last. */
export function banner(module: string, comment = '#'): string {
  return `${comment} Written by keybuzz (module ${module}): edits here are overwritten.`;
}

/** Settings as `key = value` lines, or with another separator; a list repeats its key. */
export function keyValue(settings: Readonly<Record<string, Setting | readonly Setting[]>>, { separator = ' = ', module }: { separator?: string; module: string }): string {
  return [banner(module), ...lines(settings, separator), ''].join('\n');
}

/** Sections of `key = value` lines; a list repeats its key. */
export function ini(sections: Readonly<Record<string, Readonly<Record<string, Setting | readonly Setting[]>>>>, { separator = ' = ', module }: { separator?: string; module: string }): string {
  const blocks = Object.entries(sections).map(([name, settings]) => [`[${oneLine(name)}]`, ...lines(settings, separator), ''].join('\n'));
  return [banner(module), ...blocks].join('\n');
}

/** JSON with two spaces and a last newline. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function lines(settings: Readonly<Record<string, Setting | readonly Setting[]>>, separator: string): string[] {
  return Object.entries(settings).flatMap(([key, value]) => [value].flat().map((each) => `${oneLine(key)}${separator}${oneLine(String(each))}`));
}

function oneLine(value: string): string {
  if (/[\n\r\0]/.test(value)) throw new TypeError(`a setting is one line, and this is not: ${JSON.stringify(value.slice(0, 40))}`);
  return value;
}
