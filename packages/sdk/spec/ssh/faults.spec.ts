import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { connect, createPool } from '../../src/ssh/index.ts';
import type { Clock } from '../../src/wait/index.ts';
import { failureOf } from './failure-of.ts';
import { startFakeHost, type FakeHost, type FakeHostOptions } from './fake-host.ts';
import { freePort } from './sshd.ts';

const hosts: FakeHost[] = [];
const fake = async (options: FakeHostOptions = {}): Promise<FakeHost> => {
  const host = await startFakeHost(options);
  hosts.push(host);
  return host;
};
afterEach(() => Promise.all(hosts.splice(0).map((h) => h.stop())));

const nowhere = { name: 'db-9', user: 'root' };
const blind = { knownHosts: '/nonexistent', agent: false, config: false } as const;

describe('a host that cannot be reached', () => {
  test('because nothing listens: says so, with address, port, user and what to type', async () => {
    const port = await freePort();
    const failure = await failureOf(connect({ ...nowhere, address: '127.0.0.1', port }, blind));
    expect(failure).toMatchObject({
      kind: 'unreachable',
      message: `db-9 (root@127.0.0.1:${port}) cannot be reached: nothing listens on that port`,
      context: { host: 'db-9', next: `nc -vz 127.0.0.1 ${port}` },
    });
  });

  test('because its name does not resolve', async () => {
    const failure = await failureOf(connect({ ...nowhere, address: 'no-such-host.invalid' }, blind));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/its address does not resolve/) as string, context: { next: 'getent hosts no-such-host.invalid' } });
  });

  test('because it takes the connection and never greets', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const failure = await failureOf(connect({ ...nowhere, address: '127.0.0.1', port }, { ...blind, readyTimeout: 300 }));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('sshd did not finish its greeting within 0.3 s') as string });
    server.close();
  });

  test('because it speaks something else', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect(await failureOf(connect({ ...nowhere, address: '127.0.0.1', port }, { ...blind, clock: recorded() }))).toMatchObject({ kind: 'unreachable' });
    server.close();
  });
});

describe('a host that hangs up before its greeting, as sshd does under MaxStartups', () => {
  test('is asked once more, a moment later', async () => {
    const clock = recorded();
    const host = await fake({ onConnection: (connection, count) => count === 1 && connection.end() });
    const session = await connect(host.target, { ...host.options, clock });
    expect((await session.run([sh`echo in`]))[0]?.stdout).toBe('in\n');
    expect(host.connections()).toBe(2);
    expect(clock.pauses).toHaveLength(1);
    expect(clock.pauses[0]).toBeGreaterThanOrEqual(200);
    expect(clock.pauses[0]).toBeLessThan(500);
    await session.close();
  });

  test('is given up after the second time, with the likely reasons', async () => {
    const host = await fake({ onConnection: (connection) => connection.end() });
    const failure = await failureOf(connect(host.target, { ...host.options, clock: recorded() }));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/hung up before its greeting: .*MaxStartups.*fail2ban/) as string });
    expect(host.connections()).toBe(2);
  });
});

describe('a host that refuses the log-in', () => {
  test('names the keys that were tried and what to type, and is not asked again', async () => {
    const host = await fake({ admit: () => false });
    const failure = await failureOf(connect(host.target, host.options));
    expect(failure).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`refuses the log-in: it accepts none of: ${host.folder}/id `) as string,
      context: { host: 'fake-1', next: `ssh -v -i ${host.folder}/id -p ${host.target.port} root@127.0.0.1` },
    });
    expect(host.connections()).toBe(1);
  });

  test('is told from one to which there is no key to offer', async () => {
    const host = await fake({ admit: () => false });
    expect(await failureOf(connect(host.target, { ...host.options, identityFile: '/nonexistent' }))).toMatchObject({ kind: 'refused', message: expect.stringContaining('there was no key to offer') as string });
  });
});

describe('a connection that breaks', () => {
  test('while a command runs gives what had run, and the next session of the pool is a new one', async () => {
    const host = await fake();
    const pool = createPool(host.options);
    const session = await pool.session(host.target);
    const output = Promise.withResolvers<void>();
    const running = session.run([sh`echo done`, sh`echo half; sleep 5`], { onOutput: (text) => text === 'half\n' && output.resolve() });
    await output.promise;
    host.cut();
    expect(await failureOf(running)).toMatchObject({
      kind: 'connectionLost',
      message: expect.stringMatching(/lost the connection to fake-1 .* while it ran: echo half; sleep 5/) as string,
      context: { host: 'fake-1', command: 'echo half; sleep 5', completed: [{ code: 0, stdout: 'done\n', stderr: '' }], result: { stdout: 'half\n' } },
    });
    expect(await failureOf(session.run([sh`true`]))).toMatchObject({ kind: 'connectionLost' });
    const again = await pool.session(host.target);
    expect((await again.run([sh`echo back`]))[0]?.stdout).toBe('back\n');
    await pool.close();
  });

  test('without a word is noticed by the signs of life that fail to come', async () => {
    const host = await fake({ exec: () => undefined });
    const session = await connect(host.target, { ...host.options, keepAlive: 50 });
    const running = failureOf(session.run([sh`true`]));
    // A host that is frozen, not gone: its socket stays open.
    host.freeze();
    expect(await running).toMatchObject({ kind: 'connectionLost', message: expect.stringContaining('Keepalive timeout') as string });
    await session.close();
  });
});

describe('a login shell', () => {
  test('that is not for logging in is named', async () => {
    const host = await fake({ exec: (_command, channel) => void (channel.write('This account is currently not available.\n'), channel.exit(1), channel.end()) });
    const session = await connect(host.target, host.options);
    expect(await failureOf(session.run([sh`true`]))).toMatchObject({ kind: 'refused', message: expect.stringMatching(/its login shell does not start \/bin\/sh \(exit 1\): This account is currently not available/) as string });
    await session.close();
  });
});

/** A clock on which no pause takes time. */
function recorded(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return { pauses, now: () => performance.now(), pause: (milliseconds) => Promise.resolve(void pauses.push(milliseconds)) };
}
