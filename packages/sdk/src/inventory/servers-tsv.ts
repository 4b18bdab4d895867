import { isYesOrNo } from './checked-fields.ts';
import { decodeLines } from './decode.ts';
import type { Cell, Draft, Field, Sheet } from './draft.ts';
import type { Inventory, InventoryOptions } from './host.ts';
import { inventoryOf, openSheet } from './hosts-of.ts';
import { repaired } from './mojibake.ts';
import { columnNames, readHeader, type Piece } from './servers-header.ts';

/**
 * The hosts that a servers.tsv describes. Columns are found by the header row; lines that are blank or start with `#` do not count;
 * an empty FQDN, IP_PUBLIQUE, POOL or DOCKER_STACK may be a dash. Throws InventoryError with every problem, with line and column.
 */
export function parseServersTsv(content: Uint8Array | string, options: InventoryOptions & { readonly file: string }): Inventory {
  const sheet = openSheet(options.file, columnNames, options);
  const [header, ...rows] = decodeLines(content).flatMap((text, i) => (/^\s*(#|$)/.test(text) ? [] : [pieces(text, i + 1)]));
  if (header === undefined) sheet.problems.add({ line: 1, column: 1 }, undefined, `the file is empty: write the header row ${Object.values(columnNames).slice(0, 12).join('<TAB>')} and a row for each server`);
  const found = header === undefined ? undefined : readHeader(sheet, withoutTail(header, 0));
  if (header === undefined || found === undefined) return inventoryOf(sheet, []);
  if (rows.length === 0) sheet.problems.add({ line: (header[0]?.line ?? 1) + 1, column: 1 }, undefined, `no row for environment ${sheet.env}: write a row for each server below the header`);
  const drafts = rows.flatMap((row) => draftOf(sheet, row, found.order) ?? []);
  return inventoryOf({ ...sheet, lacks: found.lacks }, drafts);
}

/** A line cut at its tabs: trimmed values and where they start. */
function pieces(text: string, line: number): readonly Piece[] {
  let column = 1;
  return text.split('\t').map((raw) => {
    const piece = { line, column: column + (raw.trim() === '' ? 0 : raw.length - raw.trimStart().length), value: unquoted(raw.trim()) };
    column += raw.length + 1;
    return piece;
  });
}

/** The pieces without the empty ones at the end; at least the `wanted` first ones stay. */
function withoutTail(all: readonly Piece[], wanted: number): readonly Piece[] {
  return all.slice(0, Math.max(wanted, all.findLastIndex((piece) => piece.value !== '') + 1));
}

/** A spreadsheet writes a field that has a quotation mark in it between marks, and the marks inside twice. */
function unquoted(value: string): string {
  return /^"([^"]|"")*"$/.test(value) ? value.slice(1, -1).replaceAll('""', '"').trim() : value;
}

/** The row by field; undefined, with a problem, when it has too few or too many fields. */
function draftOf(sheet: Sheet, line: readonly Piece[], order: readonly (Field | undefined)[]): Draft | undefined {
  const row = withoutTail(line, order.length);
  const [first] = row;
  const last = row.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const cells: Partial<Record<Field, Cell>> = {};
  for (const [i, field] of order.entries()) {
    if (field !== undefined) cells[field] ??= row[i] ?? { line: first.line, column: last.column + last.value.length, value: '' };
  }
  const draft = { line: first.line, column: first.column, cells: { ...cells, ...(cells.notes === undefined ? {} : { notes: { ...cells.notes, value: repaired(cells.notes.value) } }) } };
  if (row.length <= order.length && !tooFew(row, order)) return draft;
  const extra = row[order.length];
  const count = `${row.length} fields, but the header has ${order.length} columns`;
  if (extra === undefined) sheet.problems.add({ line: first.line, column: last.column + last.value.length }, undefined, `${count}: a tab or a value is missing`);
  else sheet.problems.add(extra, undefined, `${count}: remove a tab, or the text after the last column`);
  return undefined;
}

/** Values missing at the end are fine where editors cut trailing tabs (empty notes), not where the row has shifted or broken off. */
function tooFew(row: readonly Piece[], order: readonly (Field | undefined)[]): boolean {
  const missing = order.slice(row.length).filter((field) => field !== 'notes' && field !== 'port');
  const core = row[order.indexOf('core')];
  return missing.length > 0 || (row.length < order.length && core !== undefined && !isYesOrNo(core.value));
}
