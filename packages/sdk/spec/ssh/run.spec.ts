import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh, type Session } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { connect, type ConnectOptions } from '../../src/ssh/index.ts';
import { failureOf } from './failure-of.ts';
import { discard, noSshd, skipped, startSshd, type Sshd } from './sshd.ts';

describe.skipIf(noSshd)(`a session with a real sshd${skipped}`, () => {
  let sshd: Sshd;
  let session: Session;
  let options: ConnectOptions;

  beforeAll(async () => {
    sshd = await startSshd({ settings: ['MaxSessions 4', 'Banner /etc/hostname'] });
    options = { knownHosts: sshd.knownHosts, identityFile: sshd.identityFile, agent: false, config: false };
    session = await connect(sshd.target, options);
  });
  afterAll(async () => {
    await session?.close();
    await discard(sshd);
  });

  test('runs commands in order and gives each its result', async () => {
    expect(await session.run([sh`echo a; echo b >&2; exit 3`, sh`printf %s ${"it's"}`, sh`cat`.stdin(Secret.of('a/b', 'hunter2'))])).toEqual([
      { code: 3, stdout: 'a\n', stderr: 'b\n' },
      { code: 0, stdout: "it's", stderr: '' },
      { code: 0, stdout: 'hunter2', stderr: '' },
    ]);
  });

  test('runs nothing for no commands', async () => {
    expect(await session.run([])).toEqual([]);
  });

  test('stops at the first failure when asked to', async () => {
    const results = await session.run([sh`true`, sh`false`, sh`touch ${join(sshd.folder, 'never')}`], { stopAtFailure: true });
    expect(results.map((r) => r.code)).toEqual([0, 1]);
    expect(existsSync(join(sshd.folder, 'never'))).toBe(false);
  });

  test('brings characters back whole although they were cut between packets', async () => {
    const [result] = await session.run([sh`i=0; while [ $i -lt 200000 ]; do echo 'é日🔑'; i=$((i+1)); done`]);
    expect(result?.stdout).toBe('é日🔑\n'.repeat(200_000));
  });

  test('takes scripts larger than the window of a channel', async () => {
    const content = 'x'.repeat(5_000_000);
    expect((await session.run([sh`wc -c`.stdin(content)]))[0]?.stdout.trim()).toBe('5000000');
  });

  test('runs twenty batches at once over one connection whose sshd allows four', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, i) => session.run([sh`echo ${i}`])));
    expect(results.map(([r]) => r?.stdout)).toEqual(Array.from({ length: 20 }, (_, i) => `${i}\n`));
  });

  test('learns from an sshd that allows fewer sessions than it was told', async () => {
    const narrow = await startSshd({ settings: ['MaxSessions 2'], name: 'narrow' });
    const open = await connect(narrow.target, { ...options, knownHosts: narrow.knownHosts, identityFile: narrow.identityFile, channels: 8 });
    const results = await Promise.all(Array.from({ length: 12 }, (_, i) => open.run([sh`echo ${i}`])));
    expect(results.map(([r]) => r?.stdout)).toEqual(Array.from({ length: 12 }, (_, i) => `${i}\n`));
    await open.close();
    await discard(narrow);
  });

  test('answers although a command left a process behind that holds its output', async () => {
    const [first] = await session.run([sh`sleep 30 & echo $!`], { within: 10_000 });
    const pid = first?.stdout.trim() ?? '';
    expect(await session.run([sh`kill ${pid}`])).toEqual([{ code: 0, stdout: '', stderr: '' }]);
  });

  test('shows output as it comes, redacted, printable and without frames', async () => {
    const seen: string[] = [];
    const watched = await connect(sshd.target, { ...options, redact: (text) => text.replaceAll('hunter2', '***') });
    await watched.run([sh`printf 'one\n\n\033[31mhunter2\033[0m\n'; echo err >&2`, sh`printf last`], { onOutput: (text) => seen.push(text) });
    await watched.close();
    expect(seen.filter((t) => t !== 'err\n').join('')).toBe('one\n\n***\nlast\n');
    expect(seen.filter((t) => t === 'err\n')).toHaveLength(1);
  });

  test('kills a batch at its deadline and tells what was running', async () => {
    const mine = join(sshd.folder, 'pid');
    const failure = await failureOf(session.run([sh`echo done`, sh`echo half; echo $$ >${mine}; sleep 60; true`, sh`echo never`], { within: 1000 }));
    expect(failure).toMatchObject({
      kind: 'timedOut',
      message: expect.stringContaining('not done within 1 s, and killed: echo half') as string,
      context: { host: 'db-1', command: expect.stringContaining('sleep 60') as string, result: { stdout: 'half\n' }, completed: [{ code: 0, stdout: 'done\n', stderr: '' }] },
    });
    const [gone] = await session.run([sh`i=0; while kill -0 ${readFileSync(mine, 'utf8').trim()} 2>/dev/null && [ $i -lt 100 ]; do i=$((i+1)); sleep 0.05; done; [ $i -lt 100 ]`]);
    expect(gone?.code).toBe(0);
  });

  test('kills a command that floods its output', async () => {
    const small = await connect(sshd.target, { ...options, outputLimit: 100_000 });
    const failure = await failureOf(small.run([sh`echo fine`, sh`yes`]));
    expect(failure).toMatchObject({ kind: 'failed', message: expect.stringMatching(/printed more than 100000 bytes, and was killed: yes$/) as string, context: { command: 'yes', completed: [{ stdout: 'fine\n' }] } });
    expect((await small.run([sh`echo still here`]))[0]?.stdout).toBe('still here\n');
    await small.close();
  });

  test('says that nothing was run when the shell cannot read the script', async () => {
    const failure = await failureOf(session.run([sh`touch ${join(sshd.folder, 'never')}`, sh`echo "unfinished`]));
    expect(failure).toMatchObject({ kind: 'failed', message: expect.stringMatching(/could not read the script, so nothing was run: .*[Uu]nterminated/) as string });
    expect(existsSync(join(sshd.folder, 'never'))).toBe(false);
  });

  test('tells a connection that was cut from a command that failed, with the results so far', async () => {
    const other = await connect(sshd.target, options);
    const failure = await failureOf(other.run([sh`echo done`, sh`echo half; sleep 0.5; kill -KILL $PPID; sleep 1`], { within: 20_000 }));
    expect(failure).toMatchObject({ kind: 'connectionLost', context: { completed: [{ code: 0, stdout: 'done\n' }] } });
    await other.close();
  });

  test('reconnects by a second, proven connection and then drops the first', async () => {
    const other = await connect(sshd.target, options);
    const [before] = await other.run([sh`echo $SSH_CONNECTION`]);
    const running = other.run([sh`sleep 0.5; echo over the first`]);
    await other.reconnect();
    const [after] = await other.run([sh`echo $SSH_CONNECTION`]);
    expect(after?.stdout).not.toBe(before?.stdout);
    expect((await running)[0]?.stdout).toBe('over the first\n');
    await other.close();
  });

  test('stays usable when it cannot reconnect', async () => {
    const other = await connect(sshd.target, { ...options, within: 2000 });
    await sshd.stop();
    expect(await failureOf(other.reconnect())).toMatchObject({ kind: 'unreachable', context: { host: 'db-1', next: expect.stringContaining('nc -vz 127.0.0.1') as string } });
    expect((await other.run([sh`echo still`]))[0]?.stdout).toBe('still\n');
    await other.close();
    await sshd.start(['MaxSessions 4']);
  });
});
