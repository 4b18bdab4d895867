import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellAssign } from '../../src/template/index.ts';
import { nastyWord, seeded } from '../command/random.ts';

const module = 'demo';

describe('variables for a shell', () => {
  it('are assigned one a line', async () => {
    const variables = { PORT: 8080, HOST: '10.0.0.100', EMPTY: '', DEBUG: false, LEFT: undefined, URL: 'postgres://app:p%40ss@10.0.0.10:5432/keybuzz', GREETING: "it's $HOME `x` \"y\" \\", SPACED: 'a # b $c' };
    await expect(shellAssign(variables, { module })).toMatchFileSnapshot('../golden/template/demo.env');
  });

  it('are what a POSIX shell then has, whatever is in them', () => {
    const random = seeded(3);
    const words = Array.from({ length: 200 }, () => nastyWord(random).replaceAll(/[\n\r]/g, ''));
    const names = words.map((_, i) => `V${i}`);
    const file = shellAssign(Object.fromEntries(words.map((word, i) => [`V${i}`, word])), { module });
    const seen = execFileSync('/bin/sh', ['-c', `${file}\nprintf '%s\\n' ${names.map((name) => `"$${name}"`).join(' ')}`], { encoding: 'utf8' });
    expect(seen.split('\n').slice(0, -1)).toEqual(words);
  });

  it.each(['1A', 'A-B', '', 'A B', 'A=B', 'É', 'A\n'])('are refused with the name %j', (name) => {
    expect(() => shellAssign({ [name]: 1 }, { module })).toThrow('is no name of a variable');
  });

  it('are refused as a list, or with a line break in one', () => {
    expect(() => shellAssign({ A: ['x', 'y'] }, { module })).toThrow('module demo: A is a list, and a variable has one value');
    expect(() => shellAssign({ A: 'x\ny' }, { module })).toThrow('module demo: A has a line break or a NUL byte in it');
  });
});
