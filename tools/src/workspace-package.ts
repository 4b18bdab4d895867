import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { root } from './source-files.ts';

/** What the checks need from one package.json of the workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the root, without a slash at its end. */
  readonly folder: string;
  /** From the nx tag `layer:…`. */
  readonly layer: string;
  /** What may be imported: the package's name, and its name with each further door of its `exports`. */
  readonly doors: readonly string[];
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The packages of the workspace; a package without a layer tag has the layer ''. */
export function workspacePackages(): readonly WorkspacePackage[] {
  return globSync(['packages/*/package.json', 'tools/package.json'], { cwd: root })
    .toSorted()
    .map((path) => {
      const manifest = JSON.parse(readFileSync(`${root}${path}`, 'utf8')) as Manifest;
      const layer = manifest.nx?.tags?.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length);
      return {
        name: manifest.name,
        folder: posix.dirname(path),
        layer: layer ?? '',
        doors: Object.keys(manifest.exports ?? {}).map((door) => posix.join(manifest.name, door)),
        dependencies: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
        devDependencies: Object.keys(manifest.devDependencies ?? {}),
      };
    });
}
