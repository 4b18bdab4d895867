import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/credentials/index.ts';
import { createRedactor } from '../../src/report/index.ts';

const secret = Secret.of('redis/password', `p@ss'w"rd/€ 1`);
const redact = createRedactor(() => [secret]);

describe('redaction', () => {
  it.each([
    ['as it is', secret.reveal()],
    ['in a URL', encodeURIComponent(secret.reveal())],
    ['in JSON', JSON.stringify(secret.reveal()).slice(1, -1)],
    ['quoted for a shell', secret.reveal().replaceAll("'", String.raw`'\''`)],
    ['quoted for YAML', secret.reveal().replaceAll("'", "''")],
    ['in base64', Buffer.from(secret.reveal()).toString('base64')],
  ])('hides a value %s', (_, form) => {
    expect(redact(`before ${form} after`)).toBe('before [secret redis/password] after');
  });

  it('hides every longer line of a value of several lines', () => {
    const key = Secret.of('tls/key', '-----BEGIN-----\nMIIEvQIBADAN\n-----END-----');
    expect(createRedactor(() => [key])('x MIIEvQIBADAN y')).toBe('x [secret tls/key] y');
  });

  it('hides a value that came into the store after the redactor was made, and one that replaced another', () => {
    let known = [Secret.of('a/b', 'first-value')];
    const later = createRedactor(() => known);
    expect(later('first-value')).toBe('[secret a/b]');
    known = [Secret.of('a/b', 'second-value')];
    expect(later('second-value')).toBe('[secret a/b]');
  });

  it('leaves values too short to be told from words', () => {
    expect(createRedactor(() => [Secret.of('a/b', 'root')])('the root of it')).toBe('the root of it');
  });

  it('hides random secrets in random texts', () => {
    const word = (length: number): string => Array.from({ length }, () => String.fromCharCode(33 + randomInt(94))).join('');
    for (let i = 0; i < 300; i += 1) {
      const value = word(6 + randomInt(40));
      const text = `${word(randomInt(30))} ${value} ${word(randomInt(30))} ${encodeURIComponent(value)}`;
      expect(createRedactor(() => [Secret.of('a/b', value)])(text)).not.toContain(value);
    }
  });
});
