import { acceptance, generated, inTurn, lint, specs, types } from './src/checks.ts';
import { sshdForSpecs } from './src/sshd-for-specs.ts';
import { summary } from './src/tally.ts';

// `./kb test`: every check of this repository, the acceptance on twins last.
await sshdForSpecs();
const tally = await inTurn([types, lint, specs(), generated, acceptance()]);
console.log(summary(tally));
process.exitCode = tally.failed === 0 ? 0 : 1;
