import { describe, expect, it } from 'vitest';
import { readBundle, secretParts } from '../../src/credentials/pem.ts';
import { newAuthority } from '../../src/credentials/sign-certificate.ts';
import { createRedactor } from '../../src/report/index.ts';

const { key, certificate } = newAuthority('keybuzz authority', new Date('2026-11-24T12:00:00Z'));
const body = key.split('\n').slice(1, -2);
const redact = createRedactor(() => secretParts('stack/authority', key + certificate));

describe('a bundle', () => {
  it.each([['the key first', key + certificate], ['the certificate first', certificate + key], ['CRLF', (key + certificate).replaceAll('\n', '\r\n')], ['no line break at the end', (key + certificate).trimEnd()], ['text between', `subject=x\n${key}\nissuer=y\n${certificate}`]])('is read with %s', (_, text) => {
    expect(readBundle(text)).toEqual({ key, certificate });
  });

  it.each(['', 'nonsense', key, certificate])('is not seen in %j', (text) => {
    expect(readBundle(text)).toBeUndefined();
  });
});

describe('what is shown of a bundle', () => {
  it('is the certificate, and no line of the key', () => {
    expect(redact(certificate)).toBe(certificate);
    const line = '[secret stack/authority]';
    expect(redact(key)).toBe(`-----BEGIN PRIVATE KEY-----\n${line}\n${line}\n${line}\n-----END PRIVATE KEY-----\n`);
    for (const each of body) expect(redact(`+ ${each}`)).toBe(`+ ${line}`);
  });

  it.each<[string, string]>([
    ['JSON', JSON.stringify({ key })],
    ['one line', body.join('')],
    ['base64', Buffer.from(key).toString('base64')],
    ['base64 of the bundle', Buffer.from(key + certificate).toString('base64')],
    ['a URL', encodeURIComponent(key)],
    ['an indented block of YAML', key.replaceAll('\n', '\n    ')],
  ])('has nothing of the key in %s', (_, text) => {
    const shown = redact(text);
    for (const line of body) for (const form of [line, encodeURIComponent(line), Buffer.from(line).toString('base64').slice(4, -8)]) expect(shown).not.toContain(form);
    expect(shown).toContain('[secret stack/authority]');
  });

  it('is nothing of a value that is more than PEM', () => {
    const value = `password=0123456789\n${key}`;
    expect(secretParts('x/y', value).map((each) => each.reveal())).toEqual([value]);
  });
});
