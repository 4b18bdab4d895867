import { globSync, mkdirSync, rmSync } from 'node:fs';
import { generatedFilesAreCurrent } from './generated.ts';
import { run } from './run.ts';
import { root } from './source-files.ts';
import { nothing, one, plus, type Tally } from './tally.ts';
import { tallyOf } from './vitest-report.ts';

/** A group of checks, run when it is called. */
export interface Check {
  readonly title: string;
  readonly run: () => Promise<Tally>;
}

/** Every source, spec and tool type checks. */
export const types: Check = { title: 'types', run: async () => one((await run('tsc', ['-p', 'tsconfig.json'])) === 0) };

/** No source breaks a rule of .oxlintrc.json. */
export const lint: Check = { title: 'lint', run: async () => one((await run('oxlint', [])) === 0) };

/** Every file that is written by a generator is what the generator writes today. */
export const generated: Check = { title: 'generated files', run: async () => one(await generatedFilesAreCurrent()) };

/** The specs of all packages, or of the one named. */
export function specs(name?: string): Check {
  return { title: `specs${name === undefined ? '' : ` of ${name}`}`, run: () => vitest('specs', ['--project', name ?? '!acceptance']) };
}

/** The acceptance on a twin of all packages, or of the one named; left out, loudly, where no twin can run. */
export function acceptance(name?: string): Check {
  const files = globSync(`packages/${name ?? '*'}/acceptance/**/*.acceptance.ts`, { cwd: root });
  return {
    title: `twin acceptance${name === undefined ? '' : ` of ${name}`}`,
    run: async () => {
      if (files.length === 0) return nothing;
      // Only here, so that a broken twin does not keep the other checks from running.
      const { readyMachine } = await import('@keybuzz/twin');
      const machine = await readyMachine((line) => console.error(line));
      if (machine.ok) return vitest('acceptance', ['--project', 'acceptance', '--no-file-parallelism', ...files]);
      console.error(`\n!!! TWIN ACCEPTANCE SKIPPED (${files.length} files): ${machine.why}. Next: ${machine.next}\n`);
      return { ...nothing, skipped: files.length };
    },
  };
}

/** All checks, one after the other, whatever fails on the way. */
export async function inTurn(checks: readonly Check[]): Promise<Tally> {
  let sum = nothing;
  for (const check of checks) {
    const began = performance.now();
    const tally = await check.run();
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.error(`${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${check.title} (${seconds} s)`);
    sum = plus(sum, tally);
  }
  return sum;
}

async function vitest(report: string, args: readonly string[]): Promise<Tally> {
  const file = `${root}.kb/reports/${report}-${process.pid}.json`;
  mkdirSync(`${root}.kb/reports`, { recursive: true });
  const status = await run('vitest', ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  const tally = tallyOf(file, status);
  rmSync(file, { force: true });
  return tally;
}
