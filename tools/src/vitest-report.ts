import { existsSync, readFileSync } from 'node:fs';
import { one, type Tally } from './tally.ts';

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * What vitest's JSON report says: every test once, and a file that could not even be loaded as one failure.
 * A missing report, or a run that failed without naming a test, is one failure.
 */
export function tallyOf(file: string, exitStatus: number): Tally {
  if (!existsSync(file)) return one(false);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const tests = report.testResults.flatMap((each) => each.assertionResults.map((test) => test.status));
  const count = (status: string): number => tests.filter((each) => each === status).length;
  const broken = report.testResults.filter(
    (each) => each.status === 'failed' && !each.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = count('passed');
  const named = count('failed') + broken;
  const failed = named === 0 && (exitStatus !== 0 || !report.success) ? 1 : named;
  return { passed, failed, skipped: tests.length - passed - count('failed') };
}
