import { formatAddress, parseAddress, parseNetwork } from './address.ts';
import { complain, written, type Draft, type Field, type Sheet } from './draft.ts';
import { knownPair, type RolePair } from './roles.ts';

const yes = new Set(['yes', 'y', 'true', '1', 'oui', 'o']);
const no = new Set(['no', 'n', 'false', '0', 'non']);
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const word = /^[A-Za-z0-9][\w.+-]*$/;

/** Whether the text is a word for yes or no. */
export function isYesOrNo(text: string): boolean {
  return yes.has(text.toLowerCase()) || no.has(text.toLowerCase());
}

/** Yes or no; complains about anything else, an empty value included. */
export function checkedCore(sheet: Sheet, draft: Draft): boolean {
  const value = written(draft, 'core') ?? '';
  if (!isYesOrNo(value)) required(sheet, draft, { field: 'core', otherwise: `${JSON.stringify(value)} is neither yes nor no: write one of the two`, example: 'yes or no' });
  return yes.has(value.toLowerCase());
}

/** The host name: one DNS label in lower case, as a kubelet wants it. */
export function checkedName(sheet: Sheet, draft: Draft): string {
  const name = written(draft, 'name') ?? '';
  if (label.test(name)) return name;
  const lower = name.toLowerCase();
  const advice = label.test(lower) ? `write ${lower}` : name.includes('.') && label.test(lower.split('.')[0] ?? '') ? `write ${lower.split('.')[0]} here and the rest in ${sheet.labels.fqdn}` : 'use at most 63 of a-z, 0-9 and -, a letter or digit first and last';
  required(sheet, draft, { field: 'name', otherwise: `${JSON.stringify(name)} is no host name: ${advice}`, example: 'a name such as db-master-01' });
  return name;
}

/** The private address, which must be a host's address inside the private network. */
export function checkedAddress(sheet: Sheet, draft: Draft): string {
  const text = written(draft, 'address') ?? '';
  const address = parseAddress(text);
  const { first, last, bits } = parseNetwork(sheet.privateNetwork);
  if (address === undefined) {
    required(sheet, draft, { field: 'address', otherwise: notAnAddress(text), example: `an address of ${sheet.privateNetwork}` });
  } else if (address < first || address > last) {
    complain(sheet, draft, { field: 'address', message: `${text} is outside of the private network ${sheet.privateNetwork}: correct it, or set privateNetwork in the stack` });
  } else if (bits < 31 && (address === first || address === last)) {
    complain(sheet, draft, { field: 'address', message: `${text} is the ${address === first ? 'network' : 'broadcast'} address of ${sheet.privateNetwork}: take one between ${formatAddress(first + 1)} and ${formatAddress(last - 1)}` });
  }
  return text;
}

/** The public address, if any, which must not be a private one of this network. */
export function checkedPublicAddress(sheet: Sheet, draft: Draft): string | undefined {
  const text = written(draft, 'publicAddress');
  if (text === undefined) return undefined;
  const address = parseAddress(text);
  const { first, last } = parseNetwork(sheet.privateNetwork);
  if (address === undefined) {
    complain(sheet, draft, { field: 'publicAddress', message: notAnAddress(text) });
  } else if (address >= first && address <= last) {
    complain(sheet, draft, { field: 'publicAddress', message: `${text} belongs to the private network ${sheet.privateNetwork}: write it in ${sheet.labels.address}, or leave this empty` });
  }
  return text;
}

/** The DNS name, if any, in lower case. */
export function checkedFqdn(sheet: Sheet, draft: Draft): string | undefined {
  const fqdn = written(draft, 'fqdn')?.toLowerCase().replace(/\.$/, '');
  if (fqdn !== undefined && (fqdn.length > 253 || !fqdn.split('.').every((part) => label.test(part)))) {
    complain(sheet, draft, { field: 'fqdn', message: `${JSON.stringify(fqdn)} is no DNS name: write one such as db1.keybuzz.io, or leave it empty` });
  }
  return fqdn;
}

/** The account for SSH; root when none is written. */
export function checkedUser(sheet: Sheet, draft: Draft): string {
  const user = written(draft, 'user') ?? 'root';
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) complain(sheet, draft, { field: 'user', message: `${JSON.stringify(user)} is no user name: write one such as root or deploy` });
  return user;
}

/** The TCP port of SSH; 22 when none is written. */
export function checkedPort(sheet: Sheet, draft: Draft): number {
  const text = written(draft, 'port') ?? '22';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) complain(sheet, draft, { field: 'port', message: `${JSON.stringify(text)} is no TCP port: write a number from 1 to 65535` });
  return port;
}

/** A pool or a Docker stack: one word, or nothing. */
export function checkedWord(sheet: Sheet, draft: Draft, field: 'pool' | 'dockerStack'): string | undefined {
  const text = written(draft, field);
  if (text !== undefined && !word.test(text)) complain(sheet, draft, { field, message: `${JSON.stringify(text)} is not one word: use letters, digits, dot, dash and underscore` });
  return text;
}

/** Role and subrole under their usual names. */
export function checkedRole(sheet: Sheet, draft: Draft): RolePair {
  const [role, subrole] = [written(draft, 'role') ?? '', written(draft, 'subrole') ?? ''];
  if (sheet.lacks.has('role') || sheet.lacks.has('subrole')) return { role, subrole };
  const pair = knownPair(role, subrole);
  if (!('about' in pair)) return pair;
  complain(sheet, draft, { field: pair.about, message: pair.message });
  return { role, subrole };
}

/** Free text on one line. */
export function checkedNotes(draft: Draft): string {
  return (draft.cells.notes?.value ?? '').replaceAll(/\s*[\t\n\v\f\r\u0085\u2028\u2029]\s*/g, ' ').replaceAll(/\p{Cc}/gu, '').trim();
}

function notAnAddress(text: string): string {
  return `${JSON.stringify(text)} is not an IPv4 address: write four numbers from 0 to 255 with dots between, no leading zeros`;
}

function required(sheet: Sheet, draft: Draft, about: { field: Field; otherwise: string; example: string }): void {
  const { field, otherwise, example } = about;
  if (sheet.lacks.has(field)) return;
  complain(sheet, draft, { field, message: written(draft, field) === undefined ? `empty: write ${example}` : otherwise });
}
