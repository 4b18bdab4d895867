import { spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { absent, directory, file, seed, symlink, type FileOptions } from '../../src/operations/index.ts';
import { backups } from '../../src/operations/write-file.ts';
import { ensured, localSession } from './local-session.ts';

/** By number: a machine that runs specs need not know the names. */
const own = { owner: String(process.getuid?.()), group: String(process.getgid?.()) };
const asRoot = process.getuid?.() === 0;
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keybuzz files '));
  path = join(folder, "it's a $HOME `x` \\n\nfile");
});
afterEach(() => rmSync(folder, { recursive: true }));

const mine = (content: string, options: FileOptions = {}): ReturnType<typeof file> => file(path, content, { ...own, ...options });
const inFolder = (): string[] => readdirSync(folder);

describe('a file on a real machine', () => {
  it('is written whole, under an odd name, and left alone the second time', async () => {
    const content = '\0\u00e9 `x` $(id) \'"\\\nmark\nEOF\n';
    expect(await ensured([mine(content, { mode: 0o640 })])).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(await ensured([mine(content, { mode: 0o640 })])).toEqual([]);
    expect(inFolder()).toHaveLength(1);
  });

  it.each([['', 'an empty one'], ['no newline at the end', 'an unfinished line'], ['x'.repeat(300_000), 'a long one']])('takes any content', async (content) => {
    await ensured([mine(content)]);
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('shows its difference in a plan and does not touch it', async () => {
    writeFileSync(path, 'one\ntwo\n');
    const [planned] = await ensured([mine('one\nthree\n')], { mode: 'plan' });
    expect(planned!.difference).toContain(' one\n-two\n+three');
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('keeps its content and its inode when only the mode differs', async () => {
    writeFileSync(path, 'x', { mode: 0o600 });
    const { ino } = statSync(path);
    expect((await ensured([mine('x')])).map(({ summary }) => summary)).toEqual([`${path} has mode 0644`]);
    expect(statSync(path).ino).toBe(ino);
  });

  it('stays as it was when the checker refuses the candidate, which it saw whole and with its final mode', async () => {
    path = join(folder, 'plain');
    writeFileSync(path, 'good');
    const saw = join(folder, 'saw');
    const validate = (candidate: string): ReturnType<typeof sh> => sh`{ cat ${candidate}; stat -c ' %a' ${candidate}; } >${saw}; echo 'line 1: bad'; exit 3`;
    await expect(ensured([mine('bad', { mode: 0o600, validate })])).rejects.toThrow(/exit 3\nline 1: bad\n.*\/plain is as it was: the new content was refused by: \{ cat/);
    expect(readFileSync(saw, 'utf8')).toBe('bad 600\n');
    expect(readFileSync(path, 'utf8')).toBe('good');
    expect(inFolder()).toHaveLength(2);
  });

  it('does not come about in a folder that is not there', async () => {
    await expect(ensured([file(join(folder, 'none/x'), '', own)])).rejects.toThrow(`its folder ${folder}/none is not there; a directory("${folder}/none") must come before it`);
  });

  it('does not come about for a user that does not exist', async () => {
    await expect(ensured([file(path, 'x', { owner: 'no-such-user' })])).rejects.toThrow("invalid user: 'no-such-user:no-such-user'");
    expect(inFolder()).toEqual([]);
  });

  it('takes the place of a link and leaves what the link led to', async () => {
    const target = join(folder, 'target');
    writeFileSync(target, 'theirs');
    symlinkSync(target, path);
    await ensured([mine('ours')]);
    expect([readFileSync(path, 'utf8'), readFileSync(target, 'utf8')]).toEqual(['ours', 'theirs']);
  });

  it('does not follow a link that was planted where its candidate will be', async () => {
    const victim = join(folder, 'victim');
    const plain = join(folder, 'plain');
    writeFileSync(victim, 'theirs');
    symlinkSync(victim, join(folder, '.plain.keybuzz.dpkg-new'));
    await ensured([file(plain, 'ours', own)]);
    expect(readFileSync(victim, 'utf8')).toBe('theirs');
    expect(readFileSync(plain, 'utf8')).toBe('ours');
  });

  it('holds a secret that appears in nothing that is told', async () => {
    const told = await ensured([file(path, Secret.of('x/y', 'hunter2'), { ...own, mode: 0o600 })]);
    expect(readFileSync(path, 'utf8')).toBe('hunter2');
    expect(JSON.stringify(told)).not.toContain('hunter2');
  });

  it('survives a cut before it is in place, and the next run leaves nothing of the first', async () => {
    writeFileSync(path, 'old');
    const reached = join(folder, 'reached');
    const waiting = sh`touch ${reached}; exec sleep 60`;
    const children: ChildProcess[] = [];
    const run = ensured([mine('new', { validate: () => waiting })], { session: localSession((child) => children.push(child)) });
    const outcome = run.then(() => 'done', (error: Error) => error.message);
    await expect.poll(() => existsSync(reached), { timeout: 10_000 }).toBe(true);
    process.kill(-children.at(-1)!.pid!, 'SIGKILL');
    expect(await outcome).toContain(`change ${path}`);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(inFolder()).toHaveLength(3);
    await ensured([mine('new')]);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(inFolder()).toHaveLength(2);
  });

  it.runIf(asRoot)('stays as it was on a full disk, and its candidate is gone', async () => {
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    try {
      writeFileSync(path, 'old');
      await expect(ensured([mine('x'.repeat(200_000))])).rejects.toThrow('No space left on device');
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(inFolder()).toHaveLength(1);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  it.runIf(asRoot)('keeps the versions it replaced, as many as said', async () => {
    const kept = join(backups, path);
    const before = existsSync(backups);
    try {
      for (const content of ['1', '2', '3', '4']) await ensured([mine(content, { backup: 2 })]);
      expect(readdirSync(kept).toSorted().map((name) => readFileSync(join(kept, name), 'utf8'))).toEqual(['2', '3']);
    } finally {
      rmSync(before ? join(backups, folder) : backups, { recursive: true });
    }
  });
});

describe('what else stands at a path on a real machine', () => {
  it('is seeded once', async () => {
    await ensured([seed(path, 'first', own)]);
    expect(await ensured([seed(path, 'second', own)])).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('first');
  });

  it('is a directory with its mode, and folders above it', async () => {
    const deep = join(folder, 'a/b c');
    await ensured([directory(deep, { ...own, mode: 0o2750 })]);
    expect([deep, join(folder, 'a')].map((each) => statSync(each).mode & 0o7777)).toEqual([0o2750, 0o755]);
    chmodSync(deep, 0o700);
    expect(await ensured([directory(deep, { ...own, mode: 0o2750 })])).toHaveLength(1);
    expect(await ensured([directory(deep, { ...own, mode: 0o2750 })])).toEqual([]);
  });

  it('is a link, in place of a file', async () => {
    writeFileSync(path, 'x');
    await ensured([symlink(path, "no'where\n")]);
    expect(await ensured([symlink(path, "no'where\n")])).toEqual([]);
    expect(inFolder()).toHaveLength(1);
  });

  it('is gone, with all that was in it where that is said', async () => {
    mkdirSync(join(path, 'deep'), { recursive: true });
    writeFileSync(join(path, 'deep/x'), '');
    await expect(ensured([absent(path)])).rejects.toThrow('a directory with something in it');
    await ensured([absent(path, { recursive: true })]);
    expect(await ensured([absent(path)])).toEqual([]);
    expect(inFolder()).toEqual([]);
  });
});
