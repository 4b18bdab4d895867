import { Failure } from '../command/index.ts';
import type { PathState } from '../facts/files.ts';
import { predicted, type Turn } from '../converge/index.ts';

/** The path, when it is absolute and says plainly where it leads; otherwise a Failure `badConfig`. */
export function absolute(path: string): string {
  const plain = path.startsWith('/') && !path.includes('\0') && (path === '/' || path.slice(1).split('/').every((part) => !['', '.', '..'].includes(part)));
  if (!plain) throw new Failure('badConfig', `not an absolute path without "//", "." and ".." in it: ${JSON.stringify(path)}`);
  return path;
}

/** The folder a path stands in. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** Where a new version of a path is made before it takes its place: beside it, so that the rename is atomic; hidden and with a suffix that whatever reads a `.d` folder skips. */
export function candidateOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return `${parentOf(path).replace(/\/$/, '')}/.${name}.keybuzz.dpkg-new`;
}

/** Who is to own a path, by name or number. */
export interface Owner {
  readonly user: string;
  readonly group: string;
}

/** Who owns a path when only some of it is said: root, and the group that bears the owner's name. */
export function ownerOf({ owner = 'root', group = owner }: { owner?: string | undefined; group?: string | undefined }): Owner {
  return { user: owner, group };
}

/** Whether the owner wanted is the one seen. */
export function ownedBy(seen: PathState, { user, group }: Owner): boolean {
  return [seen.user, seen.uid].includes(user) && [seen.group, seen.gid].includes(group);
}

/** A mode as an operator writes it: 0644. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Failure when something else than the kinds that may be replaced stands at the path, unless this run has already moved it away. */
export function refuseOther(seen: PathState, about: { path: string; wanted: string; over: readonly PathState['kind'][]; turn: Turn }): void {
  const { path, wanted, over, turn } = about;
  if (seen.kind === 'missing' || over.includes(seen.kind) || predicted(turn).includes(`file:${path}`)) return;
  const there = seen.kind === 'other' ? 'something that is neither file, directory nor link' : `a ${seen.kind}`;
  throw new Failure('failed', `${path} should be ${wanted}, but ${there} stands there`, { next: `ls -ld ${path}` });
}
