import { existsSync } from 'node:fs';
import type { Options } from 'tsup';

/** Bundles for publication: ESM for Node, one entry per public door of the package; `tsc` writes the declarations. */
const config: Options = {
  entry: ['src/index.ts', 'src/bin.ts', 'src/testing/index.ts'].filter((file) => existsSync(file)),
  format: 'esm',
  target: 'node22',
  platform: 'node',
  splitting: true,
  clean: true,
  dts: false,
  outDir: 'dist',
};

export default config;
