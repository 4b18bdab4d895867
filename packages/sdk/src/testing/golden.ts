import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MatcherState } from 'vitest';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The text is that of spec/golden/NAME, to the byte. KEYBUZZ_GOLDEN=write writes the file. */
    toMatchGolden: (name: string) => R;
  }
}

/** The matcher behind `expect(text).toMatchGolden(name)`: a missing file fails, it is only written when that is asked for. */
export function toMatchGolden(this: MatcherState, received: unknown, name: string): { pass: boolean; message: () => string } {
  if (typeof received !== 'string') throw new TypeError('toMatchGolden compares a text');
  const path = join(goldenFolder(this.testPath ?? ''), name);
  if (process.env['KEYBUZZ_GOLDEN'] === 'write') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, received);
    return { pass: true, message: () => `${path} was just written` };
  }
  const again = 'write it with KEYBUZZ_GOLDEN=write and read the difference before you commit it';
  if (!existsSync(path)) return { pass: false, message: () => `there is no golden file ${path}: ${again}` };
  const golden = readFileSync(path, 'utf8');
  return {
    pass: golden === received,
    message: () => (golden === received ? `it is exactly ${path}` : `${path} is another text: ${again}\n${this.utils.diff(golden, received) ?? ''}`),
  };
}

/** `golden` in the spec folder that the test file is somewhere in. */
function goldenFolder(testPath: string): string {
  const at = testPath.lastIndexOf('/spec/');
  if (at < 0) throw new Error(`${testPath} is in no folder named spec: golden files have no place`);
  return `${testPath.slice(0, at)}/spec/golden`;
}
