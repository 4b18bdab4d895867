import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { iniValue, mysqlLiteral, Secret, shellValue, sqlLiteral, urlPart, yamlScalar } from '../../src/credentials/index.ts';

const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
const texts = [printable, ...printable.split('').map((c) => `a${c}b`), 'é€漢😀', '\\', "'", '$(id)`id`', '%41'];

/** A literal as a server reads it: doubled quotes, and with `escapes` backslashes as well. */
function readLiteral(literal: string, escapes: boolean): string {
  expect(literal.startsWith("'") && literal.endsWith("'")).toBe(true);
  let value = '';
  for (let at = 1; at < literal.length - 1; at += 1) {
    if (literal[at] === "'" && literal[(at += 1)] !== "'") throw new Error(`the literal ends too early: ${literal}`);
    else if (escapes && literal[at] === '\\') at += 1;
    value += literal[at];
  }
  return value;
}

describe('a secret with every printable character', () => {
  it.each(texts)('%j is read back from a URL', (text) => {
    const url = new URL(`postgres://kb_app:${urlPart(text)}@10.0.0.10:5432/keybuzz`);
    expect(decodeURIComponent(url.password)).toBe(text);
    expect(url.host).toBe('10.0.0.10:5432');
  });

  it.each(texts)('%j is read back from SQL literals', (text) => {
    expect(readLiteral(sqlLiteral(text), false)).toBe(text);
    expect(readLiteral(mysqlLiteral(text), true)).toBe(text);
  });

  it.each(texts)('%j is read back from YAML and JSON', (text) => {
    expect(parse(`password: ${yamlScalar(text)}\n`)).toEqual({ password: text });
    expect(JSON.parse(yamlScalar(text))).toBe(text);
  });

  it('is read back by sh from an environment file', () => {
    const script = texts.map((text, i) => `V${i}=${shellValue(text)}; printf '%s\\0' "$V${i}"`).join('\n');
    const read = execFileSync('/bin/sh', { input: script }).toString().split('\0').slice(0, -1);
    expect(read).toEqual(texts);
  });
});

describe('what a sink cannot carry', () => {
  it.each(['a\nb', ' a', 'a ', '"a', "a'", '#a', 'a ;b'])('%j is refused as an INI value without being shown', (value) => {
    expect(() => iniValue(Secret.of('redis/password', `${value}`))).toThrow(/^the secret redis\/password cannot be an INI value/);
  });

  it('an ordinary value is an INI value as it is', () => {
    expect(iniValue('a=b;c#d')).toBe('a=b;c#d');
  });

  it('a NUL byte is refused by SQL and the shell', () => {
    for (const sink of [sqlLiteral, mysqlLiteral, shellValue]) expect(() => sink('a\0b')).toThrow('a text cannot be');
  });
});
