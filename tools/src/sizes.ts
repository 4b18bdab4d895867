import type { SourceFile } from './source-files.ts';

/** Line counts of the sources: specs, declarations, generated and golden files are not read by people in one go. */
export interface Sizes {
  readonly files: number;
  readonly median: number;
  readonly p95: number;
  readonly largest: readonly [path: string, lines: number];
}

const notRead = /\.(spec|test|acceptance)\.ts$|\.d\.ts$|\/(generated|golden|spec|acceptance)\//;

/** The sizes of these files; an empty list has no sizes and throws. */
export function sizesOf(files: readonly SourceFile[]): Sizes {
  const read = files
    .filter((file) => !notRead.test(file.path))
    .map((file) => [file.path, file.text.split('\n').length - 1] as const)
    .toSorted(([, a], [, b]) => a - b);
  const at = (index: number): readonly [string, number] => {
    const found = read[index];
    if (found === undefined) throw new Error('wanted the sizes of source files, saw none');
    return found;
  };
  return {
    files: read.length,
    median: at(Math.floor(read.length / 2))[1],
    p95: at(Math.floor(read.length * 0.95))[1],
    largest: at(read.length - 1),
  };
}
