import { banner } from './banner.ts';
import { cannotCarry, linesOf, type Settings } from './setting.ts';

/** `NAME=value` lines that a POSIX shell and systemd's EnvironmentFile= read alike. Throws Failure `badConfig` on a name that is no variable, or a list. */
export function shellAssign(variables: Settings, { module }: { module: string }): string {
  const assignments = linesOf(`module ${module}:`, variables).map(({ key, value }, i, all) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw cannotCarry(`module ${module}: ${JSON.stringify(key)}`, 'is no name of a variable');
    if (all.findIndex((line) => line.key === key) < i) throw cannotCarry(`module ${module}: ${key}`, 'is a list, and a variable has one value');
    return `${key}=${quoted(value)}`;
  });
  return [banner(module), ...assignments, ''].join('\n');
}

/** Single quotes where they do; `'\''` is one word to a shell but not to systemd, so an apostrophe goes between double quotes. */
function quoted(value: string): string {
  if (/^[\w@%+:,./-]+$/.test(value)) return value;
  return value.includes("'") ? `"${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"` : `'${value}'`;
}
