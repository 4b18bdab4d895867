import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2';
import type { ConnectOptions, Target } from '../../src/ssh/index.ts';
import { newKey } from './sshd.ts';

export interface FakeHostOptions {
  readonly name?: string;
  readonly user?: string;
  /** Whether the log-in is let in; everybody is by default. */
  readonly admit?: (context: AuthContext) => boolean;
  /** Instead of running the command in a real shell. */
  readonly exec?: (command: string, channel: ServerChannel) => void;
  /** What `sudo` is for the shell: a shell script. */
  readonly sudo?: string;
  readonly onConnection?: (connection: Connection, count: number) => void;
}

/** An SSH server of our own on the loopback, for the faults that an OpenSSH server does not have. */
export interface FakeHost {
  readonly target: Target;
  readonly folder: string;
  readonly options: ConnectOptions;
  readonly connections: () => number;
  /** Every connection is reset. */
  cut(): void;
  /** Nothing that arrives is read any more. */
  freeze(): void;
  stop(): Promise<void>;
}

/** A fake host that listens, and the options that reach it. */
export async function startFakeHost(fake: FakeHostOptions = {}): Promise<FakeHost> {
  const folder = mkdtempSync(join(tmpdir(), 'kb-fake-'));
  for (const name of ['host', 'id']) newKey(join(folder, name), 'ed25519');
  const bin = join(folder, 'bin');
  spawnSync('mkdir', [bin]);
  if (fake.sudo !== undefined) writeFileSync(join(bin, 'sudo'), `#!/bin/sh\n${fake.sudo}\n`, { mode: 0o755 });
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  let count = 0;
  const shell = (command: string, channel: ServerChannel): void => {
    const child = spawn('/bin/sh', ['-c', command], { env: { PATH: `${bin}:/usr/bin:/bin` }, detached: true });
    children.add(child);
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    child.stdin.on('error', () => undefined);
    child.on('close', (code, signal) => {
      if (signal === null) channel.exit(code ?? 0);
      else channel.exit(signal.slice(3) as 'KILL', false, '');
      channel.end();
    });
  };
  const server = new ssh2.Server({ hostKeys: [readFileSync(join(folder, 'host'))] }, (connection) => {
    count += 1;
    fake.onConnection?.(connection, count);
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => (fake.admit?.(context) === false ? context.reject() : context.accept()));
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => (fake.exec ?? shell)(command, acceptExec()));
    });
    connection.on('tcpip', (_accept, reject) => reject());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  (server as unknown as { _srv: { on(event: 'connection', listen: (socket: Socket) => void): void } })._srv.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  const target = { name: fake.name ?? 'fake-1', address: '127.0.0.1', port: (server.address() as AddressInfo).port, user: fake.user ?? 'root' };
  const [type = '', key = ''] = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ');
  writeFileSync(join(folder, 'known_hosts'), `${target.name},[127.0.0.1]:${target.port} ${type} ${key}\n`);
  const cut = (): void => sockets.forEach((s) => s.resetAndDestroy());
  return {
    target,
    folder,
    options: { knownHosts: join(folder, 'known_hosts'), identityFile: join(folder, 'id'), agent: false, config: false },
    connections: () => count,
    cut,
    freeze: () => sockets.forEach((s) => s.pause()),
    async stop() {
      cut();
      for (const child of children) if (child.exitCode === null && child.pid !== undefined) kill(-child.pid);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(folder, { recursive: true, maxRetries: 10 });
    },
  };
}

function kill(group: number): void {
  try {
    process.kill(group, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
