import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { missingPackages, requirements } from '../src/requirements.ts';
import { recipeOf } from '../src/image-recipe.ts';
import { kernelBinds } from '../src/kernel-view.ts';

describe('what a twin needs from the machine', () => {
  it('is asked by package name, each once, for the programs that are not there', () => {
    const missing = missingPackages('/nowhere');
    const folder = mkdtempSync(`${tmpdir()}/bin-`);
    for (const program of Object.keys(requirements)) writeFileSync(`${folder}/${program}`, '');
    expect(missingPackages(folder).filter((name) => name !== 'debian-archive-keyring')).toEqual([]);
    expect(missing).toEqual([...new Set(missing)]);
  });
});

describe('the image', () => {
  const sources = { main: 'http://m.example/debian', security: 'http://s.example/debian-security' };

  it('uses the mirrors of the machine for its own release', () => {
    const file = recipeOf('trixie', sources).files['etc/apt/sources.list.d/debian.sources'];
    expect(file).toContain('URIs: http://m.example/debian\nSuites: trixie trixie-updates\n');
    expect(file).toContain('URIs: http://s.example/debian-security\nSuites: trixie-security\n');
  });

  it('hides the settings of the shared kernel behind files of the host, folders at a time', () => {
    expect(kernelBinds().filter((bind) => bind.endsWith(':/proc/sys/vm') || bind.endsWith(':/proc/swaps'))).toEqual([
      '--bind=/var/lib/keybuzz-twin/vm:/proc/sys/vm',
      '--bind=/var/lib/keybuzz-twin/swaps:/proc/swaps',
    ]);
  });
});
