import { generatedFilesAreCurrent } from './src/generated.ts';

// `pnpm check:generated`: says which file is stale and what to type.
process.exitCode = (await generatedFilesAreCurrent()) ? 0 : 1;
