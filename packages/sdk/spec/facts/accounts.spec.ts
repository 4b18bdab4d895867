import { describe, expect, it } from 'vitest';
import { account, authorizedKeys, groupNamed } from '../../src/facts/index.ts';
import { readFrom } from '../recorded.ts';

describe('account', () => {
  it('knows the supplementary groups of an account and that another does not exist', () => {
    expect(readFrom('debian-13/accounts', ['root', 'kb', 'nosuch'].map(account))).toEqual([
      { uid: 0, gid: 0, comment: 'root', home: '/root', shell: '/bin/bash', groups: [] },
      { uid: 990, gid: 990, comment: '', home: '/srv/kb', shell: '/bin/bash', groups: ['adm', 'kbg'] },
      undefined,
    ]);
  });
});

describe('groupNamed', () => {
  it('takes the exit status 2 of getent for what it is: one of them does not exist', () => {
    expect(readFrom('debian-13/groups', ['adm', 'kbg', 'nosuch'].map(groupNamed))).toEqual([{ gid: 4, members: ['kb'] }, { gid: 4242, members: ['kb'] }, undefined]);
  });

  it('is no answer when getent itself fails', () => {
    expect(() => groupNamed('adm').reader.parse({ code: 127, stdout: '', stderr: 'getent: not found' }, ['adm'])).toThrow('getent: exit 127');
  });
});

describe('authorizedKeys', () => {
  it('finds the keys through the home, and whether sshd would take the file', () => {
    expect(readFrom('debian-13/authorized-keys', ['kb', 'kb2', 'nosuch', 'daemon'].map(authorizedKeys))).toEqual([
      { lines: ['from="10.0.0.0/8" ssh-rsa AAAAB3Nza= two'], safe: true },
      { lines: ['# by hand', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKB2 two@example'], safe: false },
      { lines: [], safe: false },
      { lines: [], safe: false },
    ]);
  });
});
