import { describe, expect, test } from 'vitest';
import { quote, sh } from '../../src/command/index.ts';
import { nastyWord, seeded } from './random.ts';
import { runScript, shells } from './shells.ts';

describe.each(shells)('%s', (shell) => {
  test('reads back 2000 generated words exactly as they were', () => {
    const random = seeded(20_261_123);
    const words = ['', ' ', '-', '--', '-n', '~', '!', '#', '\n', ...Array.from({ length: 2000 }, () => nastyWord(random))];
    const { code, stdout, stderr } = runScript(shell, `printf '%s\\0' ${words.map((w) => quote(w)).join(' ')}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test('reads back words of every character from 1 to 0x2FF', () => {
    const words = Array.from({ length: 0x2ff }, (_, i) => String.fromCodePoint(i + 1));
    expect(runScript(shell, sh`printf '%s\0' ${words}`.text).stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test('runs generated words as a command name without ever running something else', () => {
    const random = seeded(7);
    for (let i = 0; i < 100; i += 1) {
      const word = `nothing-called-this ${nastyWord(random)}`;
      expect(runScript(shell, `${quote(word)} 2>/dev/null\necho "$?"`)).toEqual({ code: 0, stdout: '127\n', stderr: '' });
    }
  });
});

test('leaves words alone that every shell reads literally', () => {
  expect(quote('/etc/default/ssh_1.conf@%+:,-x')).toBe('/etc/default/ssh_1.conf@%+:,-x');
});

test('refuses a NUL byte, which no argument can carry', () => {
  expect(() => quote('a\0b')).toThrow(new TypeError('a shell word cannot contain a NUL byte'));
});
