import { yamlLibrary } from '../yaml-library.ts';
import { banner } from './banner.ts';
import { cannotCarry } from './setting.ts';

/** JSON with two spaces and a last newline, keys in their order; keys that are undefined are left out. Throws Failure `badConfig` on what JSON would lose: NaN, Infinity, dates, maps, secrets. */
export function json(value: unknown): string {
  checked(value, { path: [], above: [] });
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** YAML that 1.1 and 1.2 readers understand alike, keys in their order; keys that are undefined are left out. Throws Failure `badConfig` on what is not plain data. */
export function yaml(value: unknown, { module }: { module: string }): string {
  checked(value, { path: [], above: [] });
  return `${banner(module)}\n${yamlLibrary().stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1', singleQuote: true })}`;
}

function checked(value: unknown, about: { path: readonly string[]; above: readonly unknown[] }): void {
  const { path, above } = about;
  const what = path.length === 0 ? 'the value' : path.join('.');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw cannotCarry(what, 'is not a finite number');
    return;
  }
  if (typeof value !== 'object') throw cannotCarry(what, `is ${typeof value}, which the format has no word for`);
  if (above.includes(value)) throw cannotCarry(what, 'contains itself');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) throw cannotCarry(what, `is a ${value.constructor.name}, not plain data`);
  for (const [key, each] of Object.entries(value)) {
    if (each === undefined && !Array.isArray(value)) continue;
    checked(each, { path: [...path, key], above: [...above, value] });
  }
}
