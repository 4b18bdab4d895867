/** What may stand in a template: a value, several lines, or nothing at all. */
type Part = string | number | false | undefined | readonly (string | number)[];

/**
 * A text without the indentation of the source it stands in, ending in one newline. A list becomes a line for each
 * entry, indented as its place is; a line whose only content is false, undefined or an empty list is left out.
 */
export function text(literals: TemplateStringsArray, ...parts: readonly Part[]): string {
  const marked = literals.raw.reduce((whole, literal, i) => `${whole}\0${i - 1}\0${literal}`);
  const lines = marked.replace(/^\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0));
  return lines.flatMap((line) => filled(line.slice(indent), parts)).join('\n').concat('\n');
}

function filled(line: string, parts: readonly Part[]): string[] {
  const alone = /^(\s*)\0(\d+)\0\s*$/.exec(line);
  if (alone !== null) return entries(parts[Number(alone[2])]).map((entry) => `${alone[1] ?? ''}${entry}`);
  return [line.replaceAll(/\0(\d+)\0/g, (_, i) => entries(parts[Number(i)]).join(' '))];
}

function entries(part: Part): string[] {
  if (part === false || part === undefined) return [];
  return Array.isArray(part) ? part.map(String) : [String(part)];
}
