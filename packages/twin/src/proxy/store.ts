import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { dirname } from 'node:path';

/** What is kept of an answer beside its body. */
export type Kept = { readonly file: string; readonly size: number; readonly checked: number; readonly headers: Readonly<Record<string, string>> };

const keptHeaders = ['content-type', 'last-modified', 'etag'] as const;

/** A URL whose content can never change: packages, and indexes named by their own hash. */
export function isImmutable(url: URL): boolean {
  return /\.(u?deb|dsc|tar\.\w+)$|\/by-hash\//u.test(url.pathname);
}

/** The file in which a URL's body is kept; readable names, hashed only where they would be too long for a file system. */
export function fileFor(folder: string, url: URL): string {
  const name = encodeURIComponent(url.pathname.slice(1) + url.search) || '%';
  const hash = createHash('sha256').update(name).digest('hex');
  return `${folder}/${encodeURIComponent(url.host)}/${name.length > 200 ? `${name.slice(0, 120)}${hash}` : name}`;
}

/** What is kept for a file, or undefined: a body without its headers does not count. */
export function keptFor(file: string): Kept | undefined {
  try {
    const { size } = statSync(file);
    const headers = JSON.parse(readFileSync(`${file}.headers`, 'utf8')) as { size: number; headers: Record<string, string> };
    // Two downloads of a changing file can only leave a matching pair or one that is fetched again.
    if (headers.size !== size) return undefined;
    // File times are finer than the clock: a part of a millisecond would put it into the future.
    return { file, size, checked: Math.floor(statSync(`${file}.headers`).mtimeMs), headers: headers.headers };
  } catch {
    return undefined;
  }
}

/** The headers of a body that is about to be renamed into its place. */
export function keepHeaders(file: string, size: number, headers: IncomingHttpHeaders): void {
  const kept = Object.fromEntries(keptHeaders.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.headers`, JSON.stringify({ size, headers: kept }));
}

/** The upstream said that the kept body is still the current one. */
export function markChecked(file: string): void {
  utimesSync(`${file}.headers`, new Date(), new Date());
}
