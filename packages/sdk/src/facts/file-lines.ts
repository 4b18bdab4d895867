import { Command } from '../command/index.ts';
import { reader, type Fact } from '../converge/index.ts';

/** The lines of files, by path. */
export type FileLines = ReadonlyMap<string, readonly string[]>;

/**
 * The lines of every file that an absolute path names, `*` standing for any one name or part of one: none of what is not there
 * or empty. For small text files, such as settings; whatever asks is answered by one grep.
 */
export const fileLines: (pattern: string) => Fact<FileLines> = reader<FileLines>({
  name: 'lines of files',
  // Not the shell's `read`: it asks for one byte at a time, and of a number the kernel only gives the first. The patterns are not quoted, so that they find their files.
  command: (patterns) => new Command(`grep -sH '' ${patterns.map(checked).join(' ')}; :`),
  parse: ({ stdout }, patterns) => {
    const files = Map.groupBy(stdout.matchAll(/^(\/[^:\n]+):(.*)$/gm), ([, path = '']) => path);
    const lines = new Map([...files].map(([path, found]) => [path, found.map(([, , line = '']) => line)]));
    return new Map(patterns.map((pattern) => [pattern, new Map(named(lines, pattern))]));
  },
});

function checked(pattern: string): string {
  if (!/^(\/[\w@.*-]+)+$/.test(pattern)) throw new TypeError(`${pattern} is no pattern of paths`);
  return pattern;
}

function named(lines: FileLines, pattern: string): [string, readonly string[]][] {
  const own = lines.get(pattern);
  if (!pattern.includes('*')) return own === undefined ? [] : [[pattern, own]];
  const matches = new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/]*')}$`);
  return [...lines].filter(([path]) => matches.test(path));
}
