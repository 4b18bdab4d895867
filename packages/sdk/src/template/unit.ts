import { banner } from './banner.ts';
import { cannotCarry, linesOf, type Settings } from './setting.ts';

/**
 * A systemd unit or drop-in (systemd.syntax(7)): a list repeats its key, an empty text clears what came before, booleans are yes and no.
 * Specifiers (`%i`) and quotes mean what systemd says. Throws Failure `badConfig` on what it would read differently.
 */
export function unit(sections: Readonly<Record<string, Settings>>, { module }: { module: string }): string {
  const blocks = Object.entries(sections).map(([name, settings]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) throw cannotCarry(`module ${module}: the section ${JSON.stringify(name)}`, 'cannot be a section of a unit');
    return [`[${name}]`, ...linesOf(`module ${module}: [${name}]`, yesOrNo(settings)).map(({ key, value }) => assigned(key, { value, where: `module ${module}: [${name}] ${key}` })), ''].join('\n');
  });
  return [banner(module), ...blocks].join('\n');
}

function yesOrNo(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, typeof value === 'boolean' ? (value ? 'yes' : 'no') : value]));
}

function assigned(key: string, { value, where }: { value: string; where: string }): string {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(key)) throw cannotCarry(where, 'is no key of a unit');
  if (value !== value.trim()) throw cannotCarry(where, 'begins or ends with blanks, which systemd drops');
  if (value.endsWith('\\')) throw cannotCarry(where, 'ends with a backslash, which joins the next line to it');
  return `${key}=${value}`;
}
