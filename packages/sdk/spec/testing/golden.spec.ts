import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toMatchGolden } from '../../src/testing/index.ts';

let folder: string;
const match = (received: unknown, name: string) => toMatchGolden.call({ testPath: join(folder, 'spec/deep/conf.spec.ts'), utils: { diff: (a: string, b: string) => `${a}|${b}` } } as never, received, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'golden-'));
  vi.stubEnv('KEYBUZZ_GOLDEN', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('toMatchGolden', () => {
  it('fails when there is no golden file, says how to write it, and writes nothing', () => {
    const { pass, message } = match('a\n', 'x/redis.conf');
    expect(pass).toBe(false);
    expect(message()).toContain(`there is no golden file ${folder}/spec/golden/x/redis.conf: write it with KEYBUZZ_GOLDEN=write`);
    expect(existsSync(join(folder, 'spec'))).toBe(false);
  });

  it('writes the file when asked to, and matches it to the byte afterwards', () => {
    vi.stubEnv('KEYBUZZ_GOLDEN', 'write');
    expect(match('a\n', 'x/redis.conf').pass).toBe(true);
    vi.stubEnv('KEYBUZZ_GOLDEN', '');
    expect(readFileSync(join(folder, 'spec/golden/x/redis.conf'), 'utf8')).toBe('a\n');
    expect(match('a\n', 'x/redis.conf').pass).toBe(true);
    const { pass, message } = match('a', 'x/redis.conf');
    expect(pass).toBe(false);
    expect(message()).toContain('is another text');
    expect(message()).toContain('a\n|a');
  });

  it('takes texts only', () => {
    expect(() => match(42, 'x')).toThrow('toMatchGolden compares a text');
  });
});
