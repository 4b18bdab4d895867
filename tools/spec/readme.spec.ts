import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../src/source-files.ts';

const english = readFileSync(`${root}README.md`, 'utf8');
const french = readFileSync(`${root}README.fr.md`, 'utf8');

/** What does not depend on the language: how deep each heading is, what is typed, what is linked to outside of what was measured. */
const sections = (text: string): string[] => [...text.matchAll(/^(#+) /gm)].map(([, depth = '']) => depth);
const code = (text: string): string[] => [...text.matchAll(/^```\w+\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.split('\n').map((line) => line.replace(/\s+# .*$/, '')));
const links = (text: string): string[] => [...text.replaceAll(/<!-- (\S+):start -->[^]*?<!-- \1:end -->/g, '').matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to).filter((to) => !to.startsWith('README'));

describe('the French README', () => {
  it.each([['sections', sections], ['commands and code', code], ['links', links]] as const)('has the same %s as the English one', (_, of) => {
    expect(of(english).length).toBeGreaterThan(5);
    expect(of(french)).toEqual(of(english));
  });

  it('leads to every measured table', () => {
    const measured = [...english.matchAll(/^#+ (.+)\n(?:(?!^#)[^])*?<!-- (?:bench|drills:\w+):start -->/gm)].map(([, title = '']) => title.toLowerCase());
    expect(measured.length).toBeGreaterThan(1);
    for (const title of measured) expect(french).toContain(`](README.md#${title.replaceAll(' ', '-')})`);
  });
});
