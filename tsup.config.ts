import { globSync, readFileSync } from 'node:fs';
import type { Options } from 'tsup';

// One entry per public door of the package that is being built: its exports, its commands, and the programs it starts.
const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string>;
  bin?: Record<string, string>;
};

/** Bundles for publication: ESM for Node; `tsc` writes the declarations. */
const config: Options = {
  entry: [...Object.values(exports), ...Object.values(bin ?? {}), ...globSync('src/*-main.ts')],
  format: 'esm',
  target: 'node22',
  platform: 'node',
  splitting: true,
  clean: true,
  dts: false,
  outDir: 'dist',
};

export default config;
