import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { summary } from '../src/tally.ts';
import { tallyOf } from '../src/vitest-report.ts';

function tally(testResults: readonly (readonly [status: string, ...tests: readonly string[]])[], exitStatus: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const file = join(folder, 'report.json');
  const results = testResults.map(([status, ...tests]) => ({ status, assertionResults: tests.map((test) => ({ status: test })) }));
  writeFileSync(file, JSON.stringify({ success: exitStatus === 0, testResults: results }));
  const said = summary(tallyOf(file, exitStatus));
  rmSync(folder, { recursive: true });
  return said;
}

describe('the tally of a vitest report', () => {
  it.each([
    ['counts every test once', [['passed', 'passed', 'passed'], ['failed', 'failed', 'passed']], 1, '3 passed, 1 failed, 0 skipped'],
    ['counts skipped and unwritten tests as skipped', [['passed', 'passed', 'skipped', 'todo', 'pending']], 0, '1 passed, 0 failed, 3 skipped'],
    ['counts a file that could not be loaded as a failure', [['failed'], ['passed', 'passed']], 1, '1 passed, 1 failed, 0 skipped'],
    ['counts a failure that no test is blamed for', [['passed', 'passed']], 1, '1 passed, 1 failed, 0 skipped'],
  ] as const)('%s', (_, results, exitStatus, expected) => {
    expect(tally(results, exitStatus)).toBe(expected);
  });

  it('is one failure when vitest wrote no report', () => {
    expect(summary(tallyOf('/nonexistent/report.json', 0))).toBe('0 passed, 1 failed, 0 skipped');
  });
});
