import { execFileSync } from 'node:child_process';
import { moduleFiles } from './module-files.ts';

/** What this needs of nx's virtual file tree. */
export interface Tree {
  readonly root: string;
  exists(path: string): boolean;
  read(path: string, encoding: 'utf8'): string | null;
  write(path: string, content: string): void;
}

/**
 * packages/mod-NAME is there, and the root depends on it so that a stack can import it. The function returned
 * installs it; nx calls it once the files are written. An existing package is refused and left alone.
 */
export function moduleGenerator(tree: Tree, { name }: { readonly name: string }): () => void {
  const folder = `packages/mod-${name}`;
  if (tree.exists(folder)) throw new Error(`wanted to make ${folder}, but it is there already; next: choose another name, or delete it`);
  for (const [path, content] of moduleFiles(name)) tree.write(`${folder}/${path}`, content);
  addToRoot(tree, name);
  return () => {
    execFileSync('pnpm', ['install', '--no-frozen-lockfile'], { cwd: tree.root, stdio: 'inherit' });
    console.log(`\n${folder} keeps the contract. Next: write its verbs, and add use(…) to stacks/keybuzz.ts.`);
  };
}

function addToRoot(tree: Tree, name: string): void {
  const manifest = JSON.parse(tree.read('package.json', 'utf8') ?? '{}') as { devDependencies?: Record<string, string> };
  const devDependencies = { ...manifest.devDependencies, [`@keybuzz/mod-${name}`]: 'workspace:*' };
  const sorted = Object.fromEntries(Object.entries(devDependencies).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  tree.write('package.json', `${JSON.stringify({ ...manifest, devDependencies: sorted }, null, 2)}\n`);
}
