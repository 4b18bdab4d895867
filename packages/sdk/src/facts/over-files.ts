import { sh, type Command } from '../command/index.ts';

/** Runs `then` with those of the paths that are regular files as its "$@", or not at all. Reading a pipe or a device would never end. */
export function overFiles(paths: readonly string[], then: Command): Command {
  return sh`set --; for each in ${paths}; do [ ! -f "$each" ] || set -- "$@" "$each"; done; [ $# = 0 ] || { ${then}; }`;
}
