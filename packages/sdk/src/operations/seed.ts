import { type Command, type Input } from '../command/index.ts';
import { operation, type Operation } from '../converge/index.ts';
import { pathState } from '../facts/files.ts';
import { attributes } from './attributes.ts';
import { written, type FileOptions } from './file.ts';
import { absolute, ownerOf, refuseOther } from './path.ts';
import { writeFile } from './write-file.ts';

/** How a seed is written; owner and mode are kept afterwards only where they are said. */
export type SeedOptions = Pick<FileOptions, 'owner' | 'group' | 'mode'> & { readonly validate?: (candidate: string) => Command };

/** The file is there. It is written once with this content and then belongs to the service, which may rewrite it. */
export function seed(path: string, content: Input, options: SeedOptions = {}): Operation {
  const { owner, mode, validate } = options;
  return operation({
    title: `${absolute(path)} is there`,
    look: { now: pathState(path) },
    change: ({ now }, turn) => {
      refuseOther(now, { path, wanted: 'a file', over: ['file', 'symlink'], turn });
      if (now.kind === 'symlink') return [];
      if (now.kind === 'file') return attributes(path, now, { owner: owner === undefined ? undefined : ownerOf(options), mode });
      const command = writeFile(path, { owner: ownerOf(options), mode: mode ?? 0o644, validate });
      return [written(path, content, { now, command, mode: mode ?? 0o644 })];
    },
  });
}
