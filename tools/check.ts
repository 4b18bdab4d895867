import { generated, inTurn, lint, specs, types } from './src/checks.ts';
import { summary } from './src/tally.ts';

// `pnpm check`: what has to hold before a commit; needs no network, no root and no twin.
const tally = await inTurn([types, lint, specs(), generated]);
console.log(summary(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
