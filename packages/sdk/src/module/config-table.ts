import { getDefault, getDescription, type BaseIssue, type BaseSchema } from 'valibot';

type Schema = BaseSchema<unknown, unknown, BaseIssue<unknown>>;

/** The parts of valibot's schemas that a table needs, by the schema's `type`. */
interface Shape extends Schema {
  readonly type: string;
  readonly wrapped?: Shape;
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly key?: Shape;
  readonly value?: Shape;
  readonly options?: readonly (Shape | string | number)[];
  readonly literal?: unknown;
}

/** The keys of a module's configuration as a Markdown table: type, default and meaning of each; nested keys with dots. */
export function configTable(schema: Schema): string {
  const rows = rowsOf(schema as Shape, '');
  if (rows.length === 0) return 'This module has nothing to configure.\n';
  return ['| Key | Type | Default | Meaning |', '|---|---|---|---|', ...rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`), ''].join('\n');
}

const begin = '<!-- config:start -->';
const end = '<!-- config:end -->';

/** The text with the table between its markers `config:start` and `config:end` (HTML comments); undefined when it has none. */
export function withConfigTable(markdown: string, schema: Schema): string | undefined {
  const [from, to] = [markdown.indexOf(begin), markdown.indexOf(end)];
  if (from < 0 || to < from) return undefined;
  return `${markdown.slice(0, from + begin.length)}\n\n${configTable(schema)}\n${markdown.slice(to)}`;
}

function rowsOf(schema: Shape, prefix: string): string[][] {
  return Object.entries(schema.entries ?? {}).flatMap(([key, entry]) => {
    const path = `${prefix}${key}`;
    const { inner, fallback, needed } = unwrapped(entry);
    if (inner.entries !== undefined) return rowsOf(inner, `${path}.`);
    const meaning = getDescription(entry) ?? getDescription(inner) ?? '';
    return [[`\`${path}\``, typeOf(inner), needed ? 'required' : shown(fallback), meaning]];
  });
}

/** What stands inside of `optional` and its kin, and what is there when the key is not. */
function unwrapped(entry: Shape): { inner: Shape; fallback: unknown; needed: boolean } {
  if (entry.wrapped === undefined) return { inner: entry, fallback: undefined, needed: true };
  const { inner, fallback } = unwrapped(entry.wrapped);
  return { inner, fallback: getDefault(entry) ?? fallback, needed: false };
}

function typeOf(schema: Shape): string {
  const of = (inner: Shape | undefined): string => (inner === undefined ? 'anything' : typeOf(unwrapped(inner).inner));
  switch (schema.type) {
    case 'array': return `list of ${of(schema.item)}`;
    case 'record': return `${of(schema.key)} → ${of(schema.value)}`;
    case 'picklist': return (schema.options ?? []).map((option) => `\`${option as string}\``).join(' or ');
    case 'union': return (schema.options ?? []).map((option) => of(option as Shape)).join(' or ');
    case 'literal': return `\`${String(schema.literal)}\``;
    default: return schema.type.replaceAll('_', ' ');
  }
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
