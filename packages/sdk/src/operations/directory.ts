import { sh } from '../command/index.ts';
import { change, operation, type Operation } from '../converge/index.ts';
import { pathState } from '../facts/files.ts';
import { attributes } from './attributes.ts';
import { absolute, octal, ownerOf, refuseOther } from './path.ts';

/** Who owns a directory and who may enter. */
export interface DirectoryOptions {
  /** Name or number of the user; root by default. */
  readonly owner?: string;
  /** Name or number of the group; the one that bears the owner's name by default. */
  readonly group?: string;
  /** Permission bits; 0o755 by default. */
  readonly mode?: number;
}

/** The directory is there with this owner and mode. Folders missing above it are made, root's and open to read. */
export function directory(path: string, options: DirectoryOptions = {}): Operation {
  const { mode = 0o755 } = options;
  const owner = ownerOf(options);
  return operation({
    title: `${absolute(path)} is a directory`,
    look: { now: pathState(path) },
    change: ({ now }, turn) => {
      refuseOther(now, { path, wanted: 'a directory', over: ['directory'], turn });
      if (now.kind === 'directory') return attributes(path, now, { owner, mode });
      const to = `${owner.user}:${owner.group}`;
      return [change(sh`umask 022; mkdir -p -m ${octal(mode)} ${path} && chown -h ${to} ${path}`, {
        summary: `create ${path}/ (${octal(mode)} ${to})`,
        touches: [`file:${path}`],
      })];
    },
  });
}
