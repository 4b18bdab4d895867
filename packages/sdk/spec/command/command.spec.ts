import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { all, Command, inputBytes, sh } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';

describe('sh``', () => {
  test('quotes what is interpolated and nothing else', () => {
    expect(sh`install -m ${'0644'} ${"it's"} > /dev/null`.text).toBe(String.raw`install -m 0644 'it'\''s' > /dev/null`);
  });

  test('takes its literal text as typed, backslashes included', () => {
    expect(sh`printf '%s\n' ${'a b'}`.text).toBe(String.raw`printf '%s\n' 'a b'`);
  });

  test('makes several words of a list, none of an empty one', () => {
    expect(sh`apt-get install ${['a', 'b c', 3]}`.text).toBe("apt-get install a 'b c' 3");
    expect(sh`true ${[]}`.text).toBe('true ');
  });

  test('takes a command inside another as it is', () => {
    expect(sh`if ${sh`test -e ${'/a b'}`}; then ${sh`rm ${'/a b'}`}; fi`.text).toBe("if test -e '/a b'; then rm '/a b'; fi");
  });

  test('refuses undefined, which a forgotten value would be', () => {
    const forgotten = undefined as unknown as string;
    expect(() => sh`rm -rf /srv/${forgotten}`).toThrow(new TypeError('not an argument of a command: undefined'));
  });
});

describe('a secret', () => {
  const password = Secret.of('redis/password', 'hunter2');

  test('does not compile as an argument, and throws where types were lost', () => {
    // @ts-expect-error a Secret is no argument of a command
    expect(() => sh`redis-cli -a ${password}`).toThrow(/a secret cannot stand in a command line/);
  });

  test('does not compile in a list of words, and does not appear where types were lost', () => {
    // @ts-expect-error a Secret is no word of a command
    expect(() => sh`echo ${[password]}`).toThrow(/a secret cannot stand in a command line/);
  });

  test('enters by standard input and shows neither in the text nor when the command is printed', () => {
    const command = sh`redis-cli --askpass`.stdin(password);
    expect(command.text).toBe('redis-cli --askpass');
    expect(inspect(command, { depth: 9 })).toBe('sh`redis-cli --askpass`');
    expect(JSON.stringify(command)).not.toContain('hunter2');
    expect(Buffer.from(inputBytes(command.input!)).toString()).toBe('hunter2');
  });
});

describe('a command with standard input', () => {
  test('cannot stand inside another, nor be joined to others', () => {
    const cat = sh`cat`.stdin('x');
    expect(() => sh`${cat} | wc`).toThrow(/cannot stand inside another/);
    expect(() => all(cat, sh`true`)).toThrow(/cannot be joined/);
  });
});

test('commands joined run each only if the one before succeeded', () => {
  expect(all(sh`a ${'1 2'}`, sh`b`)).toEqual(new Command("a '1 2' && b"));
});
