import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const folders = [...readdirSync(`${root}packages`).map((name) => `packages/${name}`), 'tools'];

/** One project per package for its specs, and one, serial and patient, for every acceptance on a twin. */
const config: ViteUserConfig = {
  test: {
    projects: [
      ...folders.map((folder) => ({
        test: {
          name: folder.replace('packages/', ''),
          root: `${root}${folder}`,
          include: ['spec/**/*.spec.ts'],
          // Generous: a machine under load is not a broken promise.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      })),
      {
        test: {
          name: 'acceptance',
          root,
          include: ['packages/*/acceptance/**/*.acceptance.ts', 'tools/acceptance/**/*.acceptance.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
};

export default config;
