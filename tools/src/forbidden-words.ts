import type { SourceFile } from './source-files.ts';

// Written in halves, so that this file does not name what it forbids.
const forbidden: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(^|[\\s'"\`(=])/(wor${''}k|User${''}s)/`, 'm'), 'a path of one machine'],
  [new RegExp(`regis${''}try\\.npm|npm\\.pkg\\.|artifac${''}tory|verdac${''}cio|jfr${''}og`, 'i'), 'a package registry, which is the matter of the user\'s .npmrc'],
  [new RegExp(`[@:/'"\`]lat${''}est\\b`), 'a version that floats'],
];

/** One sentence per line that names a machine's path, a registry host or a floating version; none when all is well. */
export function forbiddenWords(file: SourceFile): readonly string[] {
  return file.text.split('\n').flatMap((line, index) =>
    forbidden.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${file.path}:${index + 1} names ${what}`),
  );
}
