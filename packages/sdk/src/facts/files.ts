import { sh } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';
import { overFiles, troublesWith } from './over-files.ts';

/** What stands at a path; a symbolic link is not followed. */
export interface PathState {
  readonly kind: 'missing' | 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits, such as 0o644; 0 when nothing is there. */
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  readonly uid: string;
  readonly gid: string;
  /** What a symbolic link points to; empty for everything else. */
  readonly target: string;
  /** A file of no bytes, or a directory without entries. */
  readonly empty: boolean;
}

/** Who owns what stands at a path, with which mode, and what it is. One `find` for all paths. */
export const pathState: (path: string) => Fact<PathState> = reader<PathState>({
  name: 'paths',
  // find and not stat: it prints the target of a link as it is, where stat quotes it.
  command: (paths) => sh`find ${paths} -maxdepth 0 -printf '%p\0%y\0%m\0%u\0%g\0%U\0%G\0%l\0' \( -empty -printf 'empty\0' -o -printf 'full\0' \)`,
  // A path that is not there is an answer, and find exits 1 for it.
  anyExit: true,
  parse: ({ stdout, stderr }, paths) => {
    const troubles = troublesWith(paths, stderr);
    const found = new Map<string, PathState | Error>(paths.map((path) => [path, troubles.get(path) ?? missing]));
    const fields = stdout.split('\0');
    for (let at = 0; at + 9 < fields.length; at += 9) found.set(fields[at] ?? '', state(fields.slice(at + 1, at + 9)));
    return found;
  },
});

const missing: PathState = { kind: 'missing', mode: 0, user: '', group: '', uid: '', gid: '', target: '', empty: true };
const kinds: Readonly<Record<string, PathState['kind']>> = { f: 'file', d: 'directory', l: 'symlink' };

function state([kind = '', mode = '', user = '', group = '', uid = '', gid = '', target = '', size = '']: readonly string[]): PathState {
  return { kind: kinds[kind] ?? 'other', mode: Number.parseInt(mode, 8), user, group, uid, gid, target, empty: size === 'empty' };
}

/** The SHA-256 of a regular file in hex, or undefined where there is none. One `sha256sum` for all paths. */
export const fileDigest: (path: string) => Fact<string | undefined> = reader<string | undefined>({
  name: 'file digests',
  command: (paths) => overFiles(paths, sh`sha256sum -z -- "$@"`),
  // A file that goes away between the two looks is missing.
  anyExit: true,
  parse: ({ stdout, stderr }, paths) => {
    const digests = new Map<string, string | undefined | Error>([...paths.map((path): [string, undefined] => [path, undefined]), ...troublesWith(paths, stderr)]);
    for (const line of stdout.split('\0')) if (line.length > 66) digests.set(line.slice(66), line.slice(0, 64));
    return digests;
  },
});
