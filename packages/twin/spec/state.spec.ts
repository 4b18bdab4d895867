import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { enterArgv, readState, twinName } from '../src/state.ts';
import { sshConfigText } from '../src/ssh-config.ts';

const folder = mkdtempSync(`${tmpdir()}/state-`);

describe('a twin and its checkout', () => {
  it('have the same name every time, however the path is written', () => {
    symlinkSync(folder, `${folder}-link`);
    expect(twinName(folder)).toMatch(/^kb-[0-9a-f]{6}$/u);
    expect(twinName(`${folder}-link`)).toBe(twinName(folder));
  });

  it('have another name for another checkout and for each label', () => {
    mkdirSync(`${folder}/other`);
    expect(new Set([twinName(folder), twinName(`${folder}/other`), twinName(folder, 'test'), twinName(folder, 'tests')]).size).toBe(4);
  });

  it('have no state before the first up', () => {
    expect(readState(folder)).toBeUndefined();
  });

  it('are entered by their network namespace, as the controller or as the Internet', () => {
    expect(enterArgv('kb-123456')).toEqual(['nsenter', '--net=/run/netns/kb-123456', '--']);
    expect(enterArgv('kb-123456', 'internet')).toEqual(['nsenter', '--net=/run/netns/kb-123456-inet', '--']);
  });
});

describe('the OpenSSH configuration', () => {
  it('names each host by name and address, pins keys and offers only the key of the twin', () => {
    const hosts = [{ name: 'redis-01', address: '10.0.0.123', publicAddress: '198.51.100.21', user: 'root' }];
    expect(sshConfigText({ hosts, keyFile: '/s/key', knownHostsFile: '/s/known_hosts' })).toBe(`Host redis-01 10.0.0.123
  HostName 10.0.0.123
  User root
Host *
  IdentityFile /s/key
  IdentitiesOnly yes
  UserKnownHostsFile /s/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  PreferredAuthentications publickey
  AddressFamily inet
`);
  });
});
