import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acceptanceTwin } from '../src/acceptance.ts';
import { twinName } from '../src/state.ts';

describe('the twin of an acceptance that does not come up', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/acceptance-`);
    mkdirSync(`${folder}/twins`);
    vi.stubEnv('TMPDIR', folder);
    vi.stubEnv('KEYBUZZ_TWIN_STATE', `${folder}/twins`);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is taken down, and its folder is gone', async () => {
    await expect(acceptanceTwin({ stack: `${folder}/nowhere.ts`, hosts: 'db-*' })).rejects.toThrow('the twin did not come up: keybuzz: no stack at');
    expect(readdirSync(folder)).toEqual(['twins']);
  });
});

describe('the name of a twin', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is another one for each label, which the environment may say', () => {
    const own = twinName(tmpdir());
    vi.stubEnv('KEYBUZZ_TWIN_LABEL', 'bench');
    expect(twinName(tmpdir())).not.toBe(own);
    expect(twinName(tmpdir(), '')).toBe(own);
    expect(twinName(tmpdir(), 'bench')).toBe(twinName(tmpdir()));
  });
});
