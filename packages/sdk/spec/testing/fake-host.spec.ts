import { describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { Secret } from '../../src/credentials/index.ts';
import { fakeHost, program, type FakeHost } from '../../src/testing/index.ts';

const said = async (host: FakeHost, line: string): Promise<string> => (await host.execute(line)).stdout;

describe('a machine in memory', () => {
  it('fails with 127 for a program it does not have, and names it', async () => {
    const [result] = await fakeHost().run([sh`frobnicate --now`]);
    expect(result).toMatchObject({ code: 127 });
    expect(result?.stderr).toContain('frobnicate');
  });

  it.each([
    ['a flag of our own programs', 'systemctl start --frobnicate ssh'],
    ['a flag of the shell library', 'cut --frobnicate'],
    ['a verb', 'systemctl frobnicate ssh'],
    ['a property', 'systemctl show --property=Frob ssh'],
    ['a field of dpkg-query', "dpkg-query -W -f '${Frob}' dpkg"],
    ['a test of find', 'find /etc -frobnicate'],
    ['a format of stat', 'stat -c %q /etc'],
  ])('fails for %s it does not know', async (_, line) => {
    expect((await fakeHost().execute(line)).code).not.toBe(0);
  });

  it.each([['[[ -e /etc ]]'], ['cat <<<word'], ['echo {a,b}'], ['x=abc; echo ${x:1:1}'], ['x+=1'], ['a=(1 2)'], ['true &>/dev/null']])('refuses what only bash understands: %s', async (line) => {
    expect(await fakeHost().execute(line)).toMatchObject({ code: 2, stderr: expect.stringContaining('/bin/sh does not know') });
  });

  it('does not have the program of a package until the package is installed', async () => {
    const host = fakeHost();
    expect(await host.execute('ufw status')).toMatchObject({ code: 127 });
    expect(await host.execute('command -v ufw || command -v grep')).toMatchObject({ code: 0, stdout: '/usr/bin/grep\n' });
    await host.execute('apt-get -q update && apt-get -y install ufw');
    expect(await said(host, 'ufw status')).toBe('Status: inactive\n');
    await host.execute('apt-get -y purge ufw');
    expect(await host.execute('ufw status')).toMatchObject({ code: 127 });
  });

  it('runs each command in a shell of its own, and goes on or stops at a failure as asked', async () => {
    const host = fakeHost();
    expect((await host.run([sh`cd /etc; exit 3`, sh`pwd`])).map(({ code, stdout }) => [code, stdout])).toEqual([[3, ''], [0, '/root\n']]);
    expect(await host.run([sh`false`, sh`touch /srv/no`], { stopAtFailure: true })).toHaveLength(1);
    expect(await host.execute('ls /srv')).toMatchObject({ stdout: '' });
  });

  it('keeps what commands read out of its transcript, byte for byte in its inputs', async () => {
    const host = fakeHost();
    await host.run([sh`cat >/root/key`.stdin(Secret.of('x/y', 'geheim-é'))]);
    expect(JSON.stringify(host.transcript)).not.toContain('geheim');
    expect(host.inputs.map((bytes) => Buffer.from(bytes).toString())).toEqual(['geheim-é']);
    expect(await said(host, 'cat /root/key')).toBe('geheim-é');
  });

  it('runs its EXIT trap, and obeys umask and noclobber', async () => {
    const host = fakeHost();
    await host.execute("trap 'rm -f /srv/lock' EXIT; touch /srv/lock; umask 077; echo a >/srv/private; exit 4");
    expect(await said(host, "find /srv -type f -printf '%f %m\\n'")).toBe('private 600\n');
    expect(await host.execute('( set -C; echo b >/srv/private )')).toMatchObject({ code: 1 });
  });

  it('can be given programs, packages and files of a module', async () => {
    const host = fakeHost({
      programs: [program('nodetool', ({ args }) => `asked ${args.join(' ')}\n`, { package: 'cassandra' })],
      packages: { cassandra: { version: '5.0-1', users: [{ name: 'cassandra' }], units: [{ name: 'cassandra.service', listens: () => [{ protocol: 'tcp', port: 9042 }] }] } },
      installed: ['cassandra'],
      files: { '/etc/motd': 'hello\n' },
    });
    expect(await said(host, 'nodetool status; getent passwd cassandra | cut -d: -f1; systemctl is-active cassandra; cat /etc/motd')).toBe('asked status\ncassandra\nactive\nhello\n');
    expect(await said(host, "grep -c ': 00000000:2352 ' /proc/net/tcp")).toBe('1\n');
  });
});

describe('its files', () => {
  it('have one owner and mode, whichever program sets or shows them', async () => {
    const host = fakeHost();
    await host.execute('useradd --system app; install -d -o app -g app -m 750 /srv/app; install -m 640 -o app -g root /etc/hosts /srv/app/hosts; chown root:app /srv/app/hosts; chmod g-r,o+r /srv/app/hosts; mv /srv/app/hosts /srv/hosts');
    expect(await said(host, "stat -c '%a %U %G' /srv/app /srv/hosts; find /srv/hosts -printf '%m %u %g %U\\n'")).toBe('750 app app\n604 root app\n604 root app 0\n');
  });

  it('refuse an owner that does not exist', async () => {
    expect(await fakeHost().execute('chown nobody-at-all /etc/hosts')).toMatchObject({ code: 1, stderr: expect.stringContaining('invalid user') });
  });

  it('follow symbolic links as a kernel does, and lose nothing when a link is replaced', async () => {
    const host = fakeHost({ files: { '/srv/a': 'a', '/srv/b': 'b' } });
    await host.execute('ln -s a /srv/link; ln -sfnT /srv/b /srv/.new && mv -T /srv/.new /srv/link');
    expect(await said(host, 'cat /srv/link; readlink /srv/link; cat /srv/a')).toBe('b/srv/b\na');
    expect(await host.execute('mkdir /srv/d && mv -T /srv/a /srv/d')).toMatchObject({ code: 1 });
  });

  it('of the kernel can be written and not made', async () => {
    const host = fakeHost();
    await host.execute("printf '10240 65535\\n' >/proc/sys/net/ipv4/ip_local_port_range");
    expect(await said(host, 'cat /proc/sys/net/ipv4/ip_local_port_range')).toBe('10240\t65535\n');
    expect((await host.execute('echo 1 >/proc/sys/net/ipv4/no_such_key')).code).not.toBe(0);
  });

  it('are uploaded whole, with owner and mode', async () => {
    const host = fakeHost();
    await host.upload(Buffer.from('binary\0'), { path: '/srv/tool', mode: 0o755, owner: 'root:root' });
    expect(await said(host, "od -An -c /srv/tool | tr -d ' \\n'; stat -c ' %a %U' /srv/tool")).toBe('binary\\0 755 root\n');
    expect(host.inputs).toHaveLength(1);
  });
});
