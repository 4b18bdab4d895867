import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, fingerprint, pinHostKey, scanHostKey, type ConnectOptions } from '../../src/ssh/index.ts';
import { failureOf } from './failure-of.ts';
import { discard, newKey, noSshd, skipped, startSshd, type Sshd } from './sshd.ts';

describe.skipIf(noSshd)(`host keys${skipped}`, () => {
  let sshd: Sshd;
  let options: ConnectOptions;
  beforeEach(async () => {
    sshd = await startSshd({ pinned: false });
    options = { knownHosts: sshd.knownHosts, identityFile: sshd.identityFile, agent: false, config: false };
  });
  afterEach(() => discard(sshd));

  const opens = async (with_: Partial<ConnectOptions> = {}): Promise<true> => {
    const session = await connect(sshd.target, { ...options, ...with_ });
    await session.close();
    return true;
  };
  const rebuild = async (hostKeys?: readonly string[]): Promise<void> => {
    for (const type of ['ed25519', 'ecdsa']) newKey(join(sshd.folder, `host_${type}`), type);
    await sshd.stop();
    await sshd.start([], hostKeys);
  };

  test('an unknown host is refused with its fingerprint and what to type', async () => {
    const failure = await failureOf(opens());
    expect(failure).toMatchObject({ kind: 'refused', context: { host: 'db-1', next: 'keybuzz hosts trust db-1' } });
    expect(failure.message).toContain(`It shows ssh-ed25519 ${fingerprint(sshd.publicKey('ed25519'))}`);
  });

  test('an unknown host is pinned by the first use, and no other key is accepted from then on', async () => {
    expect(await opens({ pin: 'first-use' })).toBe(true);
    const { type, key } = sshd.publicKey('ed25519');
    expect(readFileSync(sshd.knownHosts, 'utf8')).toBe(`db-1,[127.0.0.1]:${sshd.target.port} ${type} ${key}\n`);
    expect(await opens()).toBe(true);
    await rebuild();
    expect(await failureOf(opens({ pin: 'first-use' }))).toMatchObject({ kind: 'hostKeyChanged' });
  });

  test('an operator who is asked sees the key; yes pins it, no refuses it', async () => {
    const shown: string[] = [];
    const ask = (answer: boolean): Partial<ConnectOptions> => ({
      pin: 'ask',
      readyTimeout: 600,
      // An answer takes longer than a connection may.
      ask: async (target, key) => new Promise((resolve) => setTimeout(() => resolve(answer), shown.push(`${target.name} ${fingerprint(key)}`) * 700)),
    });
    expect(await failureOf(opens(ask(false)))).toMatchObject({ kind: 'refused' });
    expect(await opens(ask(true))).toBe(true);
    expect(shown).toEqual(Array.from({ length: 2 }, () => `db-1 ${fingerprint(sshd.publicKey('ed25519'))}`));
    expect(await opens()).toBe(true);
  });

  test('a changed key is refused whatever the option, with both fingerprints, the line, and what to type', async () => {
    writeFileSync(sshd.knownHosts, '# the stack\n');
    await opens({ pin: 'first-use' });
    const before = fingerprint(sshd.publicKey('ed25519'));
    await rebuild();
    const after = fingerprint(sshd.publicKey('ed25519'));
    for (const pin of ['strict', 'first-use', 'ask'] as const) {
      const failure = await failureOf(opens({ pin, ask: () => Promise.resolve(true) }));
      expect(failure).toMatchObject({ kind: 'hostKeyChanged', context: { host: 'db-1', next: 'keybuzz hosts trust db-1 --replace' } });
      expect(failure.message).toContain(`pinned ssh-ed25519 ${before} (${sshd.knownHosts} line 2), seen ssh-ed25519 ${after}`);
    }
  });

  test('a host that lost the type of its pinned key has changed it too', async () => {
    await opens({ pin: 'first-use' });
    await rebuild(['ecdsa']);
    const failure = await failureOf(opens({ pin: 'first-use' }));
    expect(failure).toMatchObject({ kind: 'hostKeyChanged' });
    expect(failure.message).toContain(`seen ecdsa-sha2-nistp256 ${fingerprint(sshd.publicKey('ecdsa'))}`);
  });

  test('a host with several keys is known by the one that is pinned', async () => {
    pinHostKey(sshd.knownHosts, sshd.target, { key: sshd.publicKey('ecdsa') });
    expect(await opens()).toBe(true);
  });

  test('a rebuilt host is trusted anew: its old keys are forgotten, other hosts are not', async () => {
    const other = `web-1,10.0.0.7 ssh-ed25519 AAAA\nold-name,[127.0.0.1]:${sshd.target.port} ssh-ed25519 BBBB\n`;
    await opens({ pin: 'first-use' });
    writeFileSync(sshd.knownHosts, other, { flag: 'a' });
    await rebuild();
    const key = await scanHostKey(sshd.target, options);
    expect(key).toEqual(sshd.publicKey('ed25519'));
    expect(() => pinHostKey(sshd.knownHosts, sshd.target, { key })).toThrow(/shows another host key/);
    pinHostKey(sshd.knownHosts, sshd.target, { key, replace: true });
    expect(readFileSync(sshd.knownHosts, 'utf8')).toBe(`web-1,10.0.0.7 ssh-ed25519 AAAA\nold-name ssh-ed25519 BBBB\ndb-1,[127.0.0.1]:${sshd.target.port} ${key.type} ${key.key}\n`);
    expect(await opens()).toBe(true);
    expect(readdirSync(sshd.folder).filter((f) => f.startsWith('known_hosts'))).toEqual(['known_hosts']);
  });

  test('lines of a name beat lines of an address, which may have passed on from another host', async () => {
    writeFileSync(sshd.knownHosts, `[127.0.0.1]:${sshd.target.port} ssh-ed25519 BBBB\n`);
    expect(await failureOf(opens())).toMatchObject({ kind: 'hostKeyChanged' });
    pinHostKey(sshd.knownHosts, sshd.target, { key: sshd.publicKey('ed25519'), replace: true });
    expect(await opens()).toBe(true);
  });

  test('reads what OpenSSH writes: hashed names, patterns, exclusions, revocations', async () => {
    const { type, key } = sshd.publicKey('ed25519');
    const hashed = '|1|c3BlYy1zYWx0LTAxMjM0NTY=|';
    const { createHmac } = await import('node:crypto');
    const hash = createHmac('sha1', Buffer.from('c3BlYy1zYWx0LTAxMjM0NTY=', 'base64')).update(`[127.0.0.1]:${sshd.target.port}`).digest('base64');
    const cases: [string, string][] = [
      [`${hashed}${hash} ${type} ${key}`, 'open'],
      [`db-* ${type} ${key}`, 'open'],
      [`*,!db-1 ${type} ${key}`, 'refused'],
      [`@revoked * ${type} ${key}`, 'refused'],
      [`@cert-authority * ${type} ${key}`, 'refused'],
      [`# db-1 ${type} ${key}`, 'refused'],
    ];
    for (const [line, wanted] of cases) {
      rmSync(sshd.knownHosts, { force: true });
      writeFileSync(sshd.knownHosts, `${line}\n`);
      const seen = await opens().then(() => 'open', (f: { kind: string }) => f.kind);
      expect(`${line.slice(0, 20)}: ${seen}`).toBe(`${line.slice(0, 20)}: ${wanted}`);
    }
  });

  test('a file that cannot be written is an error before anything is run', async () => {
    expect(await failureOf(opens({ pin: 'first-use', knownHosts: '/proc/known_hosts' }))).toMatchObject({ kind: 'badConfig', message: expect.stringContaining('cannot be written to /proc/known_hosts') as string });
  });
});
