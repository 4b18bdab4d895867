import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { forbiddenWords } from '../src/forbidden-words.ts';
import { sizesOf } from '../src/sizes.ts';
import { root, sourceFiles } from '../src/source-files.ts';

const read = (path: string): { path: string; text: string } => ({ path, text: readFileSync(`${root}${path}`, 'utf8') });
const ofLines = (path: string, lines: number): { path: string; text: string } => ({ path, text: 'x\n'.repeat(lines) });

describe('the sources', () => {
  it('are short: median at most 80 lines, p95 at most 200, none over 300', () => {
    const { files, median, p95, largest } = sizesOf(sourceFiles());
    expect(files).toBeGreaterThan(20);
    expect(median).toBeLessThanOrEqual(80);
    expect(p95).toBeLessThanOrEqual(200);
    expect(largest[1], largest[0]).toBeLessThanOrEqual(300);
  });

  it('name no path of a machine, no registry and no floating version', () => {
    const texts = globSync(['kb', '*.json', '*.yaml', '.ci/*', 'tools/**/*.{sh,json,template}', 'packages/*/package.json'], {
      cwd: root,
      exclude: ['**/node_modules/**'],
    });
    expect([...sourceFiles(), ...texts.map(read)].flatMap(forbiddenWords)).toEqual([]);
  });

  it('are read by Node 22, the oldest that the packages name: it knows no `using` and no import.meta.main', () => {
    const run = sourceFiles().filter(({ path }) => !/\/(spec|acceptance)\//.test(path));
    expect(run.length).toBeGreaterThan(20);
    expect(run.filter(({ text }) => /^\s*(await )?using \w+ =|[^.]import\.meta\.main\b/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('are named in kebab case, whatever their kind', () => {
    const names = globSync(['packages/*/{src,spec,acceptance}/**/*', 'tools/{src,spec}/**/*', 'docs/**/*', 'stacks/*'], { cwd: root });
    expect(names.filter((name) => !/(^|\/)(README\.md|[a-z0-9.-]+|__name__[a-z.-]*)$/.test(name))).toEqual([]);
  });
});

describe('sizes', () => {
  it('leave specs and golden files out and count what is left', () => {
    const files = [ofLines('a.ts', 10), ofLines('b.ts', 30), ofLines('c.ts', 20), ofLines('c.spec.ts', 999), ofLines('x/golden/d.ts', 999)];
    expect(sizesOf(files)).toEqual({ files: 3, median: 20, p95: 30, largest: ['b.ts', 30] });
  });

  it('of nothing are an error, not a pass', () => {
    expect(() => sizesOf([])).toThrow('saw none');
  });
});

describe('forbidden words', () => {
  it.each([
    ["readFileSync('/wor" + "k/main/x')", 'a path of one machine'],
    ['https://regis' + 'try.npmjs.org/x', "a package registry, which is the matter of the user's .npmrc"],
    ['image: redis:lat' + 'est', 'a version that floats'],
    ["version: 'lat" + "est'", 'a version that floats'],
  ])('are found in %s', (text, what) => {
    expect(forbiddenWords({ path: 'a.ts', text: `\n${text}` })).toEqual([`a.ts:2 names ${what}`]);
  });

  it.each(['the latest answer', 'packages/work/x', '/workspace/x'])('are not found in %s', (text) => {
    expect(forbiddenWords({ path: 'a.ts', text })).toEqual([]);
  });
});
