import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/secret.ts';
import { connect } from '../../src/ssh/index.ts';
import { failureOf } from './failure-of.ts';
import { startFakeHost, type FakeHost } from './fake-host.ts';

/** sudo as the manual page describes it, for one user: a policy of `free`, `password` or `never`. */
const sudo = (policy: string, log: string): string => `
printf '%s\\n' "$*" >>${log}; mode=; prompt=
while :; do case $1 in -n) mode=n; shift ;; -S) mode=S; shift ;; -p) prompt=$2; shift 2 ;; *) break ;; esac; done
case ${policy}$mode in
  free*) exec "$@" ;;
  passwordn) echo 'sudo: a password is required' >&2; exit 1 ;;
  passwordS)
    echo 'We trust you have received the usual lecture.' >&2
    for i in 1 2 3; do
      printf %s "$prompt" >&2; read -r typed
      [ "$typed" = 'pa$$ word' ] && exec "$@"
      echo 'Sorry, try again.' >&2
    done; exit 1 ;;
  *) echo 'deploy is not in the sudoers file.' >&2; exit 1 ;;
esac`;

describe('a user who is not root', () => {
  let folder: string;
  let log: string;
  let host: FakeHost | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kb-sudo-'));
    log = join(folder, 'log');
  });
  afterEach(async () => {
    await host?.stop();
    rmSync(folder, { recursive: true });
  });
  const open = async (policy: string, password?: string): Promise<Awaited<ReturnType<typeof connect>>> => {
    host = await startFakeHost({ user: 'deploy', sudo: sudo(policy, log) });
    return connect(host.target, { ...host.options, sudoPassword: password === undefined ? undefined : Secret.of('sudo/deploy', password) });
  };

  test('becomes root by sudo without a password', async () => {
    const session = await open('free');
    expect(await session.run([sh`echo a`, sh`cat`.stdin('b')])).toEqual([{ code: 0, stdout: 'a\n', stderr: '' }, { code: 0, stdout: 'b', stderr: '' }]);
    expect(readFileSync(log, 'utf8')).toBe('-n /bin/sh\n');
    await session.close();
  });

  test('becomes root by sudo with a password that is in no argument list and in no output', async () => {
    const session = await open('password', 'pa$$ word');
    expect(await session.run([sh`echo a`])).toEqual([{ code: 0, stdout: 'a\n', stderr: '' }]);
    await session.upload(Buffer.from('content'), { path: join(folder, 'file') });
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('content');
    expect(readFileSync(log, 'utf8')).toMatch(/^-S -p kb/);
    expect(readFileSync(log, 'utf8')).not.toContain('pa$$');
    await session.close();
  });

  test('whose sudo does not ask has the password sent nowhere', async () => {
    const session = await open('free', 'pa$$ word');
    expect(await session.run([sh`cat; echo a`])).toEqual([{ code: 0, stdout: 'a\n', stderr: '' }]);
    await session.close();
  });

  test.each([
    ['without a password where one is needed', 'password', undefined, 'a password is required'],
    ['with a wrong password', 'password', 'wrong', 'Sorry, try again'],
    ['whom sudoers does not know', 'never', undefined, 'not in the sudoers file'],
    ['whom sudoers does not know, with a password', 'never', 'pa$$ word', 'not in the sudoers file'],
  ])('%s is refused with the line that sudoers needs', async (_title, policy, password, said) => {
    const session = await open(policy, password);
    const works = [() => session.run([sh`touch ${join(folder, 'never')}`]), () => session.upload(Buffer.from('x'), { path: join(folder, 'never') })];
    for (const work of works) {
      const failure = await failureOf(work());
      expect(failure).toMatchObject({ kind: 'refused', context: { host: 'fake-1', next: 'ssh deploy@127.0.0.1 sudo -n -l' } });
      expect(failure.message).toContain(said);
      expect(failure.message).toContain('deploy ALL=(ALL) NOPASSWD: ALL');
    }
    expect(existsSync(join(folder, 'never'))).toBe(false);
    await session.close();
  });

  test('has what runs too long killed as root', async () => {
    const session = await open('free');
    const failure = await failureOf(session.run([sh`echo $$ >${join(folder, 'pid')}; sleep 30; true`], { within: 500 }));
    expect(failure.kind).toBe('timedOut');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    await session.close();
  });
});
