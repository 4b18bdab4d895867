import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, with a slash at its end. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** A TypeScript file of this repository; its path is relative to the root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file of the packages, the tools and the stacks, in the order of their paths. */
export function sourceFiles(): readonly SourceFile[] {
  const patterns = ['packages/*/{src,spec,acceptance}/**/*.ts', 'tools/**/*.ts', 'stacks/**/*.ts'];
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
}
