import { describe, expect, it } from 'vitest';
import { fakeHost } from '@keybuzz/sdk/testing';
import { read } from '@keybuzz/sdk';
import { obstacles, sshdFiles } from '../src/sshd-files.ts';

const include = 'Include /etc/ssh/sshd_config.d/*.conf';
const files = (main: string[], others: Record<string, string[]> = {}): ReadonlyMap<string, readonly string[]> =>
  new Map([['/etc/ssh/sshd_config', main], ...Object.entries(others).map(([name, lines]): [string, string[]] => [`/etc/ssh/sshd_config.d/${name}`, lines])]);
const wanted = { Port: 22, PermitRootLogin: 'prohibit-password', PasswordAuthentication: 'no' };

describe('what outranks our settings of sshd', () => {
  it.each<[string, ReadonlyMap<string, readonly string[]>]>([
    ['in the file that Debian brings', files(['', '# comment', include, 'PasswordAuthentication yes', 'UsePAM yes'])],
    ['in a file that sorts after ours', files([include], { '50-cloud-init.conf': ['PasswordAuthentication yes'] })],
    ['in lines before ours that say the same', files(['PermitRootLogin=without-password', 'passwordauthentication "no"', 'Include sshd_config.d/*.conf'])],
    ['in a Match block', files([include, 'Match User backup', 'PasswordAuthentication yes'])],
  ])('is nothing %s', (_, seen) => {
    expect(obstacles(seen, wanted)).toEqual([]);
  });

  it.each<[string, ReadonlyMap<string, readonly string[]>, string[]]>([
    ['no Include', files(['UsePAM yes']), ['/etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d/*.conf for every connection']],
    ['an Include for some connections only', files(['Match User backup', include]), ['/etc/ssh/sshd_config does not include /etc/ssh/sshd_config.d/*.conf for every connection']],
    ['a value before the Include', files(['# x', 'PermitRootLogin yes', include, 'PermitRootLogin no']), ['/etc/ssh/sshd_config:2 sets PermitRootLogin to yes, wanted prohibit-password']],
    ['a file that sorts before ours', files([include], { '00-a.conf': ['', 'PasswordAuthentication yes'] }), ['/etc/ssh/sshd_config.d/00-a.conf:2 sets PasswordAuthentication to yes, wanted no']],
    ['one more port, wherever', files([include, 'Port 2222']), ['/etc/ssh/sshd_config:2 sets Port to 2222, wanted 22']],
  ])('is %s', (_, seen, found) => {
    expect(obstacles(seen, wanted)).toEqual(found);
  });

  it('is found in the files of a host', async () => {
    const host = fakeHost();
    await host.execute("sed -i '1i PermitRootLogin yes' /etc/ssh/sshd_config; echo 'Port 22' >/etc/ssh/sshd_config.d/99-x.conf");
    expect(obstacles((await read(host, [sshdFiles]))(sshdFiles), wanted)).toEqual(['/etc/ssh/sshd_config:1 sets PermitRootLogin to yes, wanted prohibit-password']);
  });
});
