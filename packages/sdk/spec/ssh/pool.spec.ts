import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sh, type Result } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { createPool, type ConnectOptions, type Pool, type Target } from '../../src/ssh/index.ts';
import { failureOf } from './failure-of.ts';
import { discard, freePort, newKey, noSshd, skipped, startSshd, type Sshd } from './sshd.ts';

describe.skipIf(noSshd)(`a pool${skipped}`, () => {
  let sshd: Sshd;
  let bastion: Sshd;
  let pool: Pool;
  let options: ConnectOptions;
  beforeAll(async () => {
    [sshd, bastion] = await Promise.all([startSshd(), startSshd({ name: 'bastion' })]);
    writeFileSync(join(bastion.folder, 'authorized_keys'), readFileSync(`${sshd.identityFile}.pub`));
    writeFileSync(sshd.knownHosts, readFileSync(bastion.knownHosts), { flag: 'a' });
    options = { knownHosts: sshd.knownHosts, identityFile: sshd.identityFile, agent: false, config: false };
  });
  afterEach(() => pool.close());
  afterAll(() => Promise.all([sshd, bastion].map((s) => discard(s))));
  const logins = (server: Sshd): number => server.log().split('Accepted publickey').length - 1;
  const who = async (target: Target = sshd.target): Promise<string> => (await (await pool.session(target)).run([sh`echo $SSH_CONNECTION`]))[0]?.stdout.trim() ?? '';

  test('opens one connection for callers at once and later ones', async () => {
    pool = createPool(options);
    const before = logins(sshd);
    const [first, ...others] = await Promise.all(Array.from({ length: 12 }, () => who()));
    expect(new Set([first, ...others, await who()]).size).toBe(1);
    expect(logins(sshd) - before).toBe(1);
  });

  test('does not let a host that is down keep the others back, and asks it anew', async () => {
    pool = createPool(options);
    const down = { ...sshd.target, name: 'db-2', port: await freePort() };
    const [up, failure] = await Promise.all([who(), failureOf(pool.session(down))]);
    expect([up.split(' ')[0], failure.kind]).toEqual(['127.0.0.1', 'unreachable']);
    expect((await failureOf(pool.session(down))).kind).toBe('unreachable');
  });

  test('is closed at once and stays closed', async () => {
    pool = createPool(options);
    const session = await pool.session(sshd.target);
    const running = failureOf(session.run([sh`sleep 3`]));
    const opening = failureOf(pool.session(bastion.target).then((s) => s.run([sh`true`])));
    const began = performance.now();
    await pool.close();
    expect(performance.now() - began).toBeLessThan(200);
    expect((await running).kind).toBe('connectionLost');
    expect(['interrupted', 'connectionLost']).toContain((await opening).kind);
    expect((await failureOf(pool.session(sshd.target))).kind).toBe('interrupted');
  });

  test('reaches hosts through the jump host, over one connection to it', async () => {
    pool = createPool({ ...options, jump: bastion.target });
    const before = logins(bastion);
    const inner = await who();
    expect(inner.split(' ')[3]).toBe(String(sshd.target.port));
    await who({ ...sshd.target, name: 'db-1-again', address: 'localhost' }).catch(() => undefined);
    expect(logins(bastion) - before).toBe(1);
    expect(await who(bastion.target)).toContain(String(bastion.target.port));
    expect(logins(bastion) - before).toBe(1);
  });

  test('says so when the jump host reaches nothing there', async () => {
    pool = createPool({ ...options, jump: bastion.target });
    const failure = await failureOf(pool.session({ ...sshd.target, name: 'db-2', port: await freePort() }));
    expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(/db-2 .* cannot be reached from the jump host: .*Connection refused/) as string });
  });

  test('follows the basics of the SSH configuration, which moves only hosts it names', async () => {
    const config = join(sshd.folder, 'ssh_config');
    const key = join(sshd.folder, 'id');
    writeFileSync(config, [
      'Host app-1', '  HostName 127.0.0.1', `  Port ${sshd.target.port}`, '  User root', `  ProxyJump gate`, `  IdentityFile ${key}`, '  IdentitiesOnly yes',
      'Host gate', '  HostName 127.0.0.1', `  Port ${bastion.target.port}`, `  IdentityFile ${key}`, '  IdentitiesOnly yes',
      'Host *', '  HostName 192.0.2.1', '  Port 1', '',
    ].join('\n'));
    pool = createPool({ knownHosts: join(sshd.folder, 'own_known_hosts'), pin: 'first-use', agent: false, config });
    const before = logins(bastion);
    expect((await who({ name: 'app-1', address: '10.255.255.1', user: 'nobody' })).split(' ')[3]).toBe(String(sshd.target.port));
    expect(logins(bastion) - before).toBe(1);
    await pool.close();
    pool = createPool({ ...options, config });
    expect((await who()).split(' ')[3]).toBe(String(sshd.target.port));
  });

  test('logs in with a key of the agent, and names it when it is refused', async () => {
    const key = join(sshd.folder, 'agent-key');
    newKey(key, 'ed25519');
    const socket = join(sshd.folder, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket]);
    try {
      await expect.poll(() => spawnSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).status).toBe(0);
      renameSync(key, `${key}.gone`);
      pool = createPool({ ...options, identityFile: key, agent: socket });
      expect(await failureOf(pool.session(sshd.target))).toMatchObject({ kind: 'refused', message: expect.stringContaining('it accepts none of: agent key spec ed25519') as string });
      const authorized = join(sshd.folder, 'authorized_keys');
      const before = readFileSync(authorized);
      writeFileSync(authorized, readFileSync(`${key}.pub`), { flag: 'a' });
      expect(await who()).toContain(String(sshd.target.port));
      writeFileSync(authorized, before);
    } finally {
      agent.kill();
      await once(agent, 'exit');
    }
  });

  test('asks once for the passphrase of a key, for all hosts', async () => {
    const key = join(sshd.folder, 'locked');
    newKey(key, 'ed25519', 'open sesame');
    for (const server of [sshd, bastion]) writeFileSync(join(server.folder, 'authorized_keys'), readFileSync(`${key}.pub`), { flag: 'a' });
    const asked: string[] = [];
    const passphrase = (file: string): Promise<Secret> => Promise.resolve(Secret.of('key', asked.push(file) === 1 ? 'open sesame' : 'wrong'));
    pool = createPool({ ...options, identityFile: key, passphrase });
    const answers: (readonly Result[])[] = await Promise.all([sshd, bastion].map(async (s) => (await pool.session(s.target)).run([sh`echo in`])));
    expect(answers.map(([r]) => r?.stdout)).toEqual(['in\n', 'in\n']);
    expect(asked).toEqual([key]);
  });

  test('stays quiet about a passphrase that nobody can be asked for', async () => {
    pool = createPool({ ...options, identityFile: join(sshd.folder, 'locked') });
    expect(await failureOf(pool.session(sshd.target))).toMatchObject({ kind: 'refused', message: expect.stringContaining('locked (encrypted)') as string });
  });
});
