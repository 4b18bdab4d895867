import { createHmac } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { HostKey } from './host-key.ts';
import { knownNames, type Target } from './target.ts';

/** A key of a known hosts file and where it stands. */
export interface KnownKey extends HostKey {
  readonly line: number;
  readonly revoked: boolean;
}

interface Entry extends KnownKey {
  readonly names: readonly string[];
}

const cache = new Map<string, { stamp: string; entries: readonly Entry[] }>();

/**
 * The keys the file pins for the host; none when the file does not exist. Lines that bear the host's name count alone:
 * an address can pass from a deleted server to a new one, a name cannot.
 */
export function knownKeys(file: string, target: Target): readonly KnownKey[] {
  const all = entries(file);
  const [name, address] = knownNames(target);
  const possible = all.filter((e) => !e.names.some((n) => n.startsWith('!') && (matches(n.slice(1), name) || matches(n.slice(1), address))));
  const named = possible.filter((e) => e.names.some((n) => matches(n, name)));
  return named.length > 0 ? named : possible.filter((e) => e.names.some((n) => matches(n, address)));
}

/** Whether a line's first field names exactly this host or its address, and is not a pattern. */
export function namesHost(field: string, target: Target): boolean {
  const names = field.split(',');
  return knownNames(target).some((wanted) => names.some((n) => n === wanted || (n.startsWith('|') && hashed(n, wanted))));
}

function entries(file: string): readonly Entry[] {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  const stamp = `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
  const kept = cache.get(file);
  if (kept?.stamp === stamp) return kept.entries;
  const read = readFileSync(file, 'utf8').split('\n').flatMap((text, i) => entry(text, i + 1));
  cache.set(file, { stamp, entries: read });
  return read;
}

function entry(text: string, line: number): Entry[] {
  if (/^\s*(#|$)/.test(text)) return [];
  const fields = text.trim().split(/\s+/);
  const marker = fields[0]?.startsWith('@') === true ? fields.shift() : undefined;
  const [names, type, key] = fields;
  // Certificates of host authorities are not offered by our client, so a line for one pins nothing.
  if (names === undefined || type === undefined || key === undefined || marker === '@cert-authority') return [];
  return [{ names: names.split(','), type, key, line, revoked: marker === '@revoked' }];
}

function matches(pattern: string, wanted: string): boolean {
  if (pattern.startsWith('|')) return hashed(pattern, wanted);
  return /[*?]/.test(pattern) ? glob(pattern).test(wanted) : pattern.toLowerCase() === wanted.toLowerCase();
}

function glob(pattern: string): RegExp {
  const body = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${body}$`, 'i');
}

/** `|1|salt|hash`, as HashKnownHosts writes names. */
function hashed(pattern: string, wanted: string): boolean {
  const [, version, salt, hash] = pattern.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(wanted).digest('base64') === hash;
}
