import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, type ConnectOptions } from '../../src/ssh/index.ts';
import { failureOf } from './failure-of.ts';
import { discard, noSshd, skipped, startSshd, type Sshd } from './sshd.ts';

const mayMount = spawnSync('sh', ['-c', 'd=$(mktemp -d) && { mount -t tmpfs kb-spec "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s; }']).status === 0;

describe.skipIf(noSshd)(`an upload${skipped}`, () => {
  let sshd: Sshd;
  let options: ConnectOptions;
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    sshd = await startSshd();
    options = { knownHosts: sshd.knownHosts, identityFile: sshd.identityFile, agent: false, config: false };
  });
  afterAll(() => discard(sshd));
  beforeEach(() => {
    folder = join(sshd.folder, `up ${(count += 1)}`);
    mkdirSync(folder);
  });

  const upload = async (...args: Parameters<Awaited<ReturnType<typeof connect>>['upload']>): Promise<void> => {
    const session = await connect(sshd.target, options);
    try {
      await session.upload(...args);
    } finally {
      await session.close();
    }
  };
  const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

  test('appears whole, with its mode and owner, and nothing beside it', async () => {
    const path = join(folder, "it's");
    const progress: number[] = [];
    await upload(Buffer.from('content\n'), { path, mode: 0o4750, owner: 'nobody:nogroup', onProgress: (sent) => progress.push(sent) });
    const { mode, uid } = statSync(path);
    expect({ content: readFileSync(path, 'utf8'), mode: mode & 0o7777, uid, files: readdirSync(folder), progress }).toEqual({ content: 'content\n', mode: 0o4750, uid: 65_534, files: ["it's"], progress: [8] });
  });

  test.each([0, 1, 1024 * 1024, 20_000_000])('of %i bytes that do not compress arrives unchanged', async (size) => {
    const bytes = randomBytes(size);
    await upload(Readable.from([bytes.subarray(0, size / 3), bytes.subarray(size / 3)]), { path: join(folder, 'x') });
    const path = join(folder, 'x');
    expect({ sum: sum(readFileSync(path)), mode: statSync(path).mode & 0o7777 }).toEqual({ sum: sum(bytes), mode: 0o644 });
  });

  test('whose source breaks leaves the file as it was', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'before');
    const source = Readable.from((async function* () {
      yield randomBytes(3_000_000);
      throw new Error('the disk of the controller broke');
    })());
    expect(await failureOf(upload(source, { path }))).toMatchObject({ kind: 'failed', message: expect.stringContaining('the disk of the controller broke') as string });
    await settled(() => readdirSync(folder).length === 1);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  test('whose connection is cut leaves the file as it was, and nothing beside it', async () => {
    const path = join(folder, 'x');
    writeFileSync(path, 'before');
    const session = await connect(sshd.target, options);
    const source = Readable.from((async function* () {
      yield randomBytes(3_000_000);
      await settled(() => readdirSync(folder).length === 2);
      await session.close();
      yield randomBytes(3_000_000);
    })());
    expect(await failureOf(session.upload(source, { path }))).toMatchObject({ kind: 'connectionLost', message: expect.stringContaining('the file there is as it was') as string });
    await settled(() => readdirSync(folder).length === 1);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  test('to a folder that is not there, or onto one, is an error that names it', async () => {
    expect(await failureOf(upload(Buffer.from('x'), { path: join(folder, 'no', 'x') }))).toMatchObject({ kind: 'failed', message: expect.stringMatching(/up \d+\/no\/x could not be written .*No such file or directory/) as string });
    expect(await failureOf(upload(Buffer.from('x'), { path: folder }))).toMatchObject({ kind: 'failed', message: expect.stringContaining('is a directory') as string });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('for an owner that does not exist leaves nothing', async () => {
    expect(await failureOf(upload(Buffer.from('x'), { path: join(folder, 'x'), owner: 'nobody-at-all' }))).toMatchObject({ kind: 'failed', message: expect.stringContaining('invalid user') as string });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(!mayMount)('to a full disk names the path and leaves nothing', async () => {
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'kb-spec', folder]);
    try {
      const failure = await failureOf(upload(randomBytes(9_000_000), { path: join(folder, 'x') }));
      expect(failure).toMatchObject({ kind: 'failed', message: expect.stringMatching(/no room for .*\/x: [^]*No space left on device/) as string, context: { next: expect.stringContaining(' df -h ') as string } });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  test('goes by SFTP where there is no gzip', async () => {
    const bin = join(sshd.folder, 'bin');
    mkdirSync(bin);
    for (const tool of ['sh', 'mktemp', 'rm', 'cat', 'sha256sum', 'chown', 'chmod', 'sync', 'mv', 'base64', 'head']) {
      writeFileSync(join(bin, tool), `#!/bin/sh\nexec /usr/bin/env -i PATH=/usr/bin:/bin ${tool} "$@"\n`);
      chmodSync(join(bin, tool), 0o755);
    }
    await sshd.stop();
    await sshd.start([`SetEnv PATH=${bin}`]);
    const bytes = randomBytes(500_000);
    const before = readdirSync('/var/tmp');
    await upload(bytes, { path: join(folder, 'x'), mode: 0o600 });
    const path = join(folder, 'x');
    expect({ sum: sum(readFileSync(path)), mode: statSync(path).mode & 0o7777, left: readdirSync('/var/tmp').filter((f) => !before.includes(f)) }).toEqual({ sum: sum(bytes), mode: 0o600, left: [] });
    await sshd.stop();
    await sshd.start();
  });
});

/** The condition holds; fails when it does not within 5 s. */
async function settled(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 5000, interval: 20 }).toBe(true);
}
