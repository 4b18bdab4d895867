import { createHash } from 'node:crypto';
import { inputBytes, type Command, type Input } from '../command/index.ts';
import { change, operation, type Change, type Difference, type Operation } from '../converge/index.ts';
import { Secret } from '../credentials/secret.ts';
import { fileDigest, pathState, type PathState } from '../facts/files.ts';
import { fileText, readable } from '../facts/file-text.ts';
import { attributes } from './attributes.ts';
import { absolute, octal, ownerOf, refuseOther } from './path.ts';
import { writeFile } from './write-file.ts';

/** How a file stands on the host besides its content. */
export interface FileOptions {
  /** Name or number of the user; root by default. */
  readonly owner?: string;
  /** Name or number of the group; the one that bears the owner's name by default. */
  readonly group?: string;
  /** Permission bits; 0o644 by default. */
  readonly mode?: number;
  /** The checker that the host runs on the candidate file before it replaces the old one. */
  readonly validate?: (candidate: string) => Command;
  /** How many replaced versions to keep under /var/backups/keybuzz; none by default. */
  readonly backup?: number;
}

/** The file has this content, owner and mode; whatever else was in it is gone. A Secret never shows in a plan. */
export function file(path: string, content: Input, options: FileOptions = {}): Operation {
  const { mode = 0o644, validate, backup } = options;
  const owner = ownerOf(options);
  const digest = createHash('sha256').update(inputBytes(content)).digest('hex');
  return operation({
    title: `${absolute(path)} has the wanted content`,
    look: { now: pathState(path), digest: fileDigest(path) },
    change: ({ now, digest: seen }, turn) => {
      refuseOther(now, { path, wanted: 'a file', over: ['file', 'symlink'], turn });
      if (now.kind === 'file' && seen === digest) return attributes(path, now, { owner, mode });
      return [written(path, content, { now, command: writeFile(path, { owner, mode, validate, backup }), mode })];
    },
  });
}

/** The change that puts content at a path, with its difference for the plan. */
export function written(path: string, content: Input, about: { now: PathState; command: Command; mode: number }): Change {
  const { now, command, mode } = about;
  const verb = now.kind === 'missing' ? 'create' : 'change';
  return change(command.stdin(content), {
    summary: `${verb} ${path} (${octal(mode)})`,
    touches: [`file:${path}`],
    difference: differenceOf(path, content, now),
  });
}

function differenceOf(path: string, content: Input, now: PathState): Difference {
  if (content instanceof Secret) return { kind: 'value', what: path, from: now.kind === 'missing' ? 'nothing' : 'another secret', to: 'the wanted secret' };
  return { kind: 'text', path, present: fileText(path), wanted: readable(inputBytes(content)) };
}
