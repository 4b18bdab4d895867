import { sh, type Command } from '../command/index.ts';

/** Runs `then` with those of the paths that are regular files as its "$@", or not at all. Reading a pipe or a device would never end. */
export function overFiles(paths: readonly string[], then: Command): Command {
  return sh`set --; for each in ${paths}; do [ ! -f "$each" ] || set -- "$@" "$each"; done; [ $# = 0 ] || { ${then}; }`;
}

/** Which of the paths a program could not look at, by its own words; one that is not there is no trouble. A complaint about none of them is about all. */
export function troublesWith(paths: readonly string[], stderr: string): ReadonlyMap<string, Error> {
  const lines = stderr.split('\n').filter((line) => line !== '' && !/: (No such file or directory|Not a directory)$/.test(line));
  return new Map(
    lines.flatMap((line) => {
      const subject = paths.find((path) => line.includes(`: '${path}': `) || line.includes(`: ${path}: `));
      return (subject === undefined ? paths : [subject]).map((path): [string, Error] => [path, new Error(line)]);
    }),
  );
}
