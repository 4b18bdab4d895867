import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Target } from '../../src/ssh/index.ts';

const binary = '/usr/sbin/sshd';

/** Why real sshds cannot be used here; undefined when they can. */
export const noSshd: string | undefined = !existsSync(binary)
  ? `there is no ${binary}: apt-get install openssh-server`
  : userInfo().uid === 0
    ? undefined
    : 'only root may log in as root';

/** What the title of a describe that needs a real sshd says when it is skipped, so that nobody overlooks it. */
export const skipped: string = noSshd === undefined ? '' : ` (SKIPPED: ${noSshd})`;

/** A real OpenSSH server on a port of the loopback, with keys of its own. */
export interface Sshd {
  readonly folder: string;
  readonly target: Target;
  /** A private key it accepts. */
  readonly identityFile: string;
  readonly knownHosts: string;
  readonly log: () => string;
  /** Its host keys as known_hosts lines would have them, by type. */
  publicKey(type: string): { type: string; key: string };
  stop(): Promise<void>;
  /** Listens again, with other settings. */
  start(settings?: readonly string[], hostKeys?: readonly string[]): Promise<void>;
}

/** A server that listens. Its known hosts file pins all of its keys unless `pinned` is false. */
export async function startSshd({ settings = [], pinned = true, name = 'db-1' }: { settings?: readonly string[]; pinned?: boolean; name?: string } = {}): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'kb-sshd-'));
  const port = await freePort();
  mkdirSync('/run/sshd', { recursive: true });
  for (const type of ['ed25519', 'ecdsa']) newKey(join(folder, `host_${type}`), type);
  newKey(join(folder, 'id'), 'ed25519');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(join(folder, 'id.pub')));
  chmodSync(folder, 0o755);
  const target = { name, address: '127.0.0.1', port, user: userInfo().username };
  const publicKey = (type: string): { type: string; key: string } => {
    const [kind = '', key = ''] = readFileSync(join(folder, `host_${type}.pub`), 'utf8').split(' ');
    return { type: kind, key };
  };
  const knownHosts = join(folder, 'known_hosts');
  if (pinned) writeFileSync(knownHosts, ['ecdsa', 'ed25519'].map((t) => `${name},[127.0.0.1]:${port} ${publicKey(t).type} ${publicKey(t).key}\n`).join(''));
  let server: ChildProcess | undefined;
  const sshd: Sshd = {
    folder,
    target,
    identityFile: join(folder, 'id'),
    knownHosts,
    publicKey,
    log: () => readFileSync(join(folder, 'log'), 'utf8'),
    async start(extra = [], hostKeys = ['ed25519', 'ecdsa']) {
      const lines = [
        `Port ${port}`, 'ListenAddress 127.0.0.1', ...hostKeys.map((k) => `HostKey ${folder}/host_${k}`), `AuthorizedKeysFile ${folder}/authorized_keys`,
        'StrictModes no', 'PidFile none', 'UsePAM no', 'UseDNS no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'Subsystem sftp internal-sftp',
        // The interactive settings of whoever runs the specs are no part of them.
        'SetEnv HOME=/nonexistent', ...extra,
      ];
      writeFileSync(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
      server = spawn(binary, ['-D', '-f', join(folder, 'sshd_config'), '-E', join(folder, 'log')], { stdio: 'ignore' });
      await listening(port);
    },
    async stop() {
      const gone = new Promise((resolve) => server?.once('exit', resolve));
      if (server?.exitCode === null && server.kill('SIGTERM')) await gone;
    },
  };
  await sshd.start(settings);
  return sshd;
}

/** The server and its files are gone. */
export async function discard(sshd: Sshd | undefined): Promise<void> {
  await sshd?.stop();
  if (sshd !== undefined) rmSync(sshd.folder, { recursive: true, maxRetries: 10 });
}

/** A key pair at the path, replacing what is there. */
export function newKey(path: string, type: string, passphrase = ''): void {
  rmSync(path, { force: true });
  const { status, stderr } = spawnSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', `spec ${type}`, '-f', path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ssh-keygen: ${stderr}`);
}

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function listening(port: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = dial(port, '127.0.0.1', () => resolve(socket.destroy().destroyed)).once('error', () => resolve(false));
    });
    if (open) return;
    if (performance.now() > deadline) throw new Error(`no sshd on port ${port}`);
  }
}
