import { posix } from 'node:path';
import type { SourceFile } from './source-files.ts';

/** One import of one file: what it names, and the file it means when it is relative. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly specifier: string;
  /** Path from the root for a relative import, else the specifier itself. */
  readonly target: string;
}

// A statement begins its line; a dynamic import may stand anywhere.
const statement =
  /(?:^\s*(?:import|export)\s(?:[^'"`;()]*?\sfrom\s*)?|\bimport\s*\(\s*)(['"])(?<specifier>[^'"\n]+)\1/gm;

/** Every module the file imports or re-exports, types included, in its order. */
export function importsOf(file: SourceFile): readonly Import[] {
  return [...file.text.matchAll(statement)].map((match) => {
    const specifier = match.groups?.['specifier'] ?? '';
    return {
      from: file.path,
      line: file.text.slice(0, match.index + match[0].length).split('\n').length,
      specifier,
      target: specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : specifier,
    };
  });
}
