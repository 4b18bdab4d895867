import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../command/index.ts';
import { fingerprint, type HostKey } from './host-key.ts';
import { knownKeys, namesHost } from './known-hosts.ts';
import { knownNames, place, type Target } from './target.ts';

/**
 * The file pins this key for the host; the file was replaced whole or not at all. With `replace` every other key of
 * the host is forgotten; without it another key of the same type is a Failure `hostKeyChanged`.
 */
export function pinHostKey(file: string, target: Target, { key, replace = false }: { key: HostKey; replace?: boolean }): void {
  const pinned = knownKeys(file, target);
  if (!replace) {
    if (pinned.some((k) => k.key === key.key && !k.revoked)) return;
    const other = pinned.find((k) => k.type === key.type);
    if (other !== undefined) throw changed(target, { file, pinned: [other], seen: key });
  }
  const before = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((l, i, all) => l !== '' || i < all.length - 1) : [];
  const kept = replace ? before.flatMap((l) => forget(l, target)) : before;
  const line = `${knownNames(target).join(',')} ${key.type} ${key.key}`;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, [...kept, line, ''].join('\n'), { mode: 0o644, flush: true });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The line without the host; nothing when it named nobody else. */
function forget(line: string, target: Target): string[] {
  const [field] = line.trimStart().split(/\s+/);
  if (field === undefined || field.startsWith('#') || field.startsWith('@') || !namesHost(field, target)) return [line];
  const [name] = knownNames(target);
  const aliases = field.split(',').filter((n) => !namesHost(n, target));
  // Names that share the line are other addresses of the same machine, unless this host was only its address.
  return field.split(',').includes(name) || aliases.length === 0 ? [] : [line.replace(field, aliases.join(','))];
}

/** The failure for a host that shows another key than the pinned ones. */
export function changed(target: Target, { file, pinned, seen }: { file: string; pinned: readonly { type: string; key: string; line: number }[]; seen: HostKey }): Failure {
  const wanted = pinned.map((k) => `${k.type} ${fingerprint(k)} (${file} line ${k.line})`).join(' or ');
  return new Failure(
    'hostKeyChanged',
    `${place(target)} shows another host key: pinned ${wanted}, seen ${seen.type} ${fingerprint(seen)}. ` +
      'If it was rebuilt, compare the fingerprint with its console and trust it anew; otherwise somebody may stand between.',
    { host: target.name, next: `keybuzz hosts trust ${target.name} --replace` },
  );
}
