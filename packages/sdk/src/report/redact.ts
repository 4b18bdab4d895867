import type { Secret } from '../credentials/index.ts';

/** Shorter values would hide ordinary words; generated ones have 24 characters and more. */
const shortest = 6;

/** A function that puts `[secret NAME]` in place of every known value, however it was encoded for its sink. */
export function createRedactor(secrets: () => Iterable<Secret>): (text: string) => string {
  let known: { values: string; pattern: RegExp | undefined; names: Map<string, string> } = { values: '', pattern: undefined, names: new Map() };
  return (text) => {
    const all = [...secrets()];
    const values = all.map((secret) => secret.reveal()).join('\0');
    if (values !== known.values) known = { values, ...compiled(all) };
    const { pattern, names } = known;
    return pattern === undefined ? text : text.replaceAll(pattern, (value) => `[secret ${names.get(value) ?? ''}]`);
  };
}

function compiled(secrets: readonly Secret[]): { pattern: RegExp | undefined; names: Map<string, string> } {
  const names = new Map(secrets.flatMap((secret) => forms(secret.reveal()).map((form) => [form, secret.name] as const)));
  const longestFirst = [...names.keys()].toSorted((a, b) => b.length - a.length).map((form) => form.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return { names, pattern: longestFirst.length === 0 ? undefined : new RegExp(longestFirst.join('|'), 'g') };
}

function forms(value: string): string[] {
  const encoded = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), value.replaceAll("'", String.raw`'\''`), value.replaceAll("'", "''"), Buffer.from(value).toString('base64'), ...value.split('\n')];
  return encoded.filter((form) => form.length >= shortest);
}
