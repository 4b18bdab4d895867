import type { Field, Sheet } from './draft.ts';
import { didYouMean } from './nearest.ts';
import type { Place } from './problem.ts';

/** What servers.tsv calls its fields; PORT_SSH is optional, the other twelve are not. */
export const columnNames: Readonly<Record<Field, string>> = {
  env: 'ENV',
  publicAddress: 'IP_PUBLIQUE',
  name: 'HOSTNAME',
  address: 'IP_PRIVEE',
  fqdn: 'FQDN',
  user: 'USER_SSH',
  pool: 'POOL',
  role: 'ROLE',
  subrole: 'SUBROLE',
  dockerStack: 'DOCKER_STACK',
  core: 'CORE',
  notes: 'NOTES',
  port: 'PORT_SSH',
};

const columns = Object.keys(columnNames) as Field[];
const required = columns.filter((field) => field !== 'port');

const synonyms: Readonly<Record<string, Field>> = {
  ENVIRONMENT: 'env', ENVIRONNEMENT: 'env',
  IP_PUBLIC: 'publicAddress', PUBLIC_IP: 'publicAddress', PUBLIC_ADDRESS: 'publicAddress',
  HOST: 'name', NAME: 'name', NOM: 'name',
  IP_PRIVATE: 'address', PRIVATE_IP: 'address', PRIVATE_ADDRESS: 'address',
  SSH_USER: 'user', USER: 'user',
  SSH_PORT: 'port', PORT: 'port',
  SUB_ROLE: 'subrole',
  NOTE: 'notes', COMMENT: 'notes', COMMENTS: 'notes', COMMENTAIRE: 'notes', COMMENTAIRES: 'notes',
};

/** A cell of a line split at its tabs. */
export interface Piece extends Place {
  readonly value: string;
}

/** Which field each column holds (undefined: a column we cannot use); complains about unknown, double and missing ones. Undefined when the line is no header. */
export function readHeader(sheet: Sheet, pieces: readonly Piece[]): { readonly order: readonly (Field | undefined)[]; readonly lacks: ReadonlySet<Field> } | undefined {
  const order = pieces.map(({ value }) => fieldOf(value));
  if (order.filter((field) => field !== undefined).length < 3) {
    sheet.problems.add(pieces[0] ?? { line: 1, column: 1 }, undefined, notAHeader(pieces));
    return undefined;
  }
  for (const [i, piece] of pieces.entries()) {
    const field = order[i];
    if (field === undefined) sheet.problems.add(piece, piece.value, `unknown column${didYouMean(piece.value, Object.values(columnNames))}: remove it, or rename it to one of ${Object.values(columnNames).join(', ')}`);
    else if (order.indexOf(field) < i) sheet.problems.add(piece, columnNames[field], `this column is there twice: remove one`);
  }
  const lacks = new Set(required.filter((field) => !order.includes(field)));
  const last = pieces.at(-1);
  const end = { line: last?.line ?? 1, column: (last?.column ?? 1) + (last?.value.length ?? 0) };
  for (const field of lacks) sheet.problems.add(end, columnNames[field], `missing column: add ${columnNames[field]} to the header row and a value to every row`);
  return { order, lacks };
}

function fieldOf(name: string): Field | undefined {
  // Accents come and go with the spreadsheet that exported the file.
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toUpperCase().replaceAll(/[\s-]+/g, '_');
  return columns.find((field) => columnNames[field] === plain) ?? (Object.hasOwn(synonyms, plain) ? synonyms[plain] : undefined);
}

function notAHeader(pieces: readonly Piece[]): string {
  const text = pieces.map((p) => p.value).join('\t');
  const separator = [[';', 'semicolons'], [',', 'commas'], [' ', 'blanks']].find(([mark = '']) => text.split(mark).filter((name) => fieldOf(name) !== undefined).length >= 3);
  if (separator !== undefined) return `columns are separated by ${separator[1]}: separate them by tabs`;
  return `no header row: write ${required.map((field) => columnNames[field]).join('<TAB>')} as the first line`;
}
