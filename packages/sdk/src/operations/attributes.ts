import { sh } from '../command/index.ts';
import { change, type Change } from '../converge/index.ts';
import type { PathState } from '../facts/files.ts';
import { octal, ownedBy, type Owner } from './path.ts';

/** What it takes for something that is there to have this owner and mode; its content stays. */
export function attributes(path: string, seen: PathState, wanted: { owner: Owner | undefined; mode: number | undefined }): Change[] {
  const { owner, mode } = wanted;
  const changes: Change[] = [];
  const chown = owner !== undefined && !ownedBy(seen, owner);
  if (owner !== undefined && chown) {
    const to = `${owner.user}:${owner.group}`;
    changes.push(change(sh`chown -h ${to} ${path}`, {
      summary: `${path} belongs to ${to}`,
      touches: [`owner:${path}`],
      difference: { kind: 'value', what: `owner of ${path}`, from: `${seen.user}:${seen.group}`, to },
    }));
  }
  // A change of owner clears the set-user-id bits.
  if (mode !== undefined && (seen.mode !== mode || (chown && mode > 0o777))) {
    changes.push(change(sh`chmod ${octal(mode)} ${path}`, {
      summary: `${path} has mode ${octal(mode)}`,
      touches: [`mode:${path}`],
      difference: { kind: 'value', what: `mode of ${path}`, from: octal(seen.mode), to: octal(mode) },
    }));
  }
  return changes;
}
