import { readFileSync, readdirSync } from 'node:fs';

/** Where a Debian release and its security fixes are downloaded from. */
export type AptSources = { readonly main: string; readonly security: string };

const standard: AptSources = { main: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' };

/** The mirrors this machine uses if it is a Debian, the standard ones otherwise. */
export function machineSources(etc = '/etc'): AptSources {
  if (!/^ID="?debian"?$/mu.test(text(`${etc}/os-release`))) return standard;
  return sourcesIn(aptFiles(etc));
}

/** The first mirror of the release and the first of its security suite in apt's files, both formats read. */
export function sourcesIn(files: readonly { readonly name: string; readonly content: string }[]): AptSources {
  const entries = files.flatMap(({ name, content }) => (name.endsWith('.sources') ? stanzas(content) : oneLiners(content)));
  const usable = entries.filter(({ uri }) => /^https?:\/\//u.test(uri));
  const of = (wanted: RegExp): string | undefined => usable.find(({ suites, uri }) => wanted.test(suites) && /debian/iu.test(uri))?.uri.replace(/\/$/u, '');
  return {
    main: of(/^(bookworm|trixie|forky|stable|testing|sid)(\s|$)/u) ?? standard.main,
    security: of(/-security/u) ?? standard.security,
  };
}

type Entry = { readonly uri: string; readonly suites: string };

function oneLiners(content: string): Entry[] {
  return [...content.matchAll(/^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)/gmu)].map(([, uri = '', suites = '']) => ({ uri, suites }));
}

function stanzas(content: string): Entry[] {
  return content.split(/\n\s*\n/u).flatMap((stanza) => {
    const field = (key: string): string => new RegExp(`^${key}:\\s*(.*)$`, 'imu').exec(stanza)?.[1]?.trim() ?? '';
    if (!/\bdeb\b/u.test(field('Types')) || /^no$/iu.test(field('Enabled'))) return [];
    return field('URIs').split(/\s+/u).map((uri) => ({ uri, suites: field('Suites') }));
  });
}

function aptFiles(etc: string): { name: string; content: string }[] {
  let names: string[] = [];
  try {
    names = readdirSync(`${etc}/apt/sources.list.d`).filter((name) => /\.(list|sources)$/u.test(name));
  } catch {
    // No folder, no further sources.
  }
  const paths = [`${etc}/apt/sources.list`, ...names.toSorted().map((name) => `${etc}/apt/sources.list.d/${name}`)];
  return paths.map((name) => ({ name, content: text(name) }));
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
