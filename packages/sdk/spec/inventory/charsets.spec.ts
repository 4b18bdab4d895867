import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { repaired } from '../../src/inventory/mojibake.ts';
import { parseServersTsv } from '../../src/inventory/index.ts';
import { production, productionFile, row, tsv } from './rows.ts';

const high = Uint8Array.from({ length: 128 }, (_, i) => i + 128);

/** The bytes of a text in a single-byte charset. */
function encode(text: string, charset: string): Uint8Array {
  const table = new TextDecoder(charset).decode(high);
  return Uint8Array.from([...text].map((c) => (c <= '\x7f' ? c.charCodeAt(0) : table.indexOf(c) + 128)));
}

const utf8As = (charset: string, text: string): string => new TextDecoder(charset).decode(Buffer.from(text));
const notesOf = (content: Uint8Array | string): readonly string[] => parseServersTsv(content, { file: 'servers.tsv' }).hosts.map((host) => host.notes);
const text = readFileSync(productionFile, 'utf8');
const notes = production.hosts.map((host) => host.notes);

describe('the notes of the production inventory are the same', () => {
  it.each(['macintosh', 'windows-1252'])('when the file is in %s', (charset) => {
    expect(notesOf(encode(text, charset))).toEqual(notes);
  });

  it.each(['macintosh', 'windows-1252'])('when it was UTF-8, read as %s and saved again', (charset) => {
    expect(notesOf(utf8As(charset, text))).toEqual(notes);
  });

  it('when that happened twice', () => {
    expect(notesOf(utf8As('windows-1252', utf8As('windows-1252', text)))).toEqual(notes);
  });

  it('when rows come from different machines', () => {
    const lines = text.split('\n').map((line, i) => (i % 2 === 0 ? Buffer.from(line) : encode(line, 'macintosh')));
    expect(notesOf(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])))).toEqual(notes);
  });

  it('when a spreadsheet saved it as UTF-16', () => {
    expect(notesOf(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(notes);
    expect(notesOf(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())).toEqual(notes);
  });
});

describe('a wrong charset is put right', () => {
  it.each([
    ['etcd intÃ©grÃ©', 'etcd intégré'],
    ['etcd int√©gr√©', 'etcd intégré'],
    ['n8nâ€¦ (nÅ“ud nÂ°2, Ã\u00a0 rediscuter)', 'n8n… (nœud n°2, à rediscuter)'],
    ['intŽgrŽ, dŽpriorisŽe', 'intégré, dépriorisée'],
    ['intÈgrÈ, rÈplica', 'intégré, réplica'],
  ])('in %j', (wrong, right) => {
    expect(repaired(wrong)).toBe(right);
  });

  it.each(['intégré (nœud n°1) — à l’Été', 'Ångström', '¡Hola!', 'Ž alone', 'Привет → мир', '日本', 'MinIO #1 (ex-connect-01)', 'Ã', 'l’Â', '𝒳 é'])('but %j stays as it is', (right) => {
    expect(repaired(right)).toBe(right);
  });

  it('and control characters never come out of notes', () => {
    expect(notesOf(tsv(row({ NOTES: 'red \x1b[31malert\x07 now' })))).toEqual(['red [31malert now']);
  });
});
