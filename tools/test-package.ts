import { basename } from 'node:path';
import { acceptance, inTurn, specs } from './src/checks.ts';
import { summary } from './src/tally.ts';

// `pnpm nx run mod-base:test`: the specs of the package this is called in, then its acceptance on a twin.
const name = basename(process.cwd());
const tally = await inTurn([specs(name), acceptance(name)]);
console.log(summary(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
