import { describe, expect, it } from 'vitest';
import { hostsFileText, liveHostname } from '../../src/facts/index.ts';
import { hostname, hostsFile, timezone, type HostsEntry } from '../../src/operations/index.ts';
import { changes, decided, sight, summaries, type Sight } from './changes.ts';
import { holding, standing } from './sights.ts';

describe('timezone', () => {
  const link = (target: string): Sight => standing('/etc/localtime', { kind: 'symlink', target });

  it.each([
    ['/usr/share/zoneinfo/Europe/Paris', 'Europe/Paris\n', []],
    ['../usr/share/zoneinfo/Europe/Paris', 'Europe/Paris\n', []],
    ['/usr/share/zoneinfo/Etc/UTC', 'Europe/Paris\n', ['set the time zone to Europe/Paris']],
    ['/usr/share/zoneinfo/Europe/Paris', 'Etc/UTC\n', ['change /etc/timezone (0644)']],
  ])('when the link leads to %s and the file says %j', (target, file, expected) => {
    expect(summaries(timezone('Europe/Paris'), [link(target), ...holding('/etc/timezone', file)])).toEqual(expected);
  });

  it('replaces a copy of a zone by the link', () => {
    const [only] = decided(timezone('Europe/Paris'), [standing('/etc/localtime'), ...holding('/etc/timezone', 'Europe/Paris\n')]);
    expect(only!.difference).toEqual({ kind: 'value', what: 'time zone', from: 'none', to: 'Europe/Paris' });
    expect(only!.command.text).toContain('mv -fT /etc/localtime.keybuzz /etc/localtime');
  });

  it('refuses what is no name of a zone', () => {
    expect(() => timezone('../../etc/shadow')).toThrow('is not the name of a time zone');
  });
});

describe('hostname', () => {
  it.each([['db-01', 'db-01\n', []], ['old', 'db-01\n', ['hostname db-01']]])('when the kernel says %s and the file %j', (live, file, expected) => {
    expect(changes(hostname('db-01'), [sight(liveHostname(), live), ...holding('/etc/hostname', file)])).toEqual(expected);
  });

  it.each(['db_01', '-db', 'x'.repeat(65), 'a..b', ''])('refuses %j', (name) => {
    expect(() => hostname(name)).toThrow('cannot be the name of a host');
  });
});

describe('hostsFile', () => {
  const entries: readonly HostsEntry[] = [{ address: '10.0.0.1', names: ['db-01', 'db-01.keybuzz.io'] }, { address: 'fd00::2', names: ['db-02'] }];
  const block = '# BEGIN keybuzz: edits between these lines are overwritten\n10.0.0.1\tdb-01 db-01.keybuzz.io\nfd00::2\tdb-02\n# END keybuzz\n';
  const wanted = (present: string, options: { keep?: boolean } = {}): unknown => decided(hostsFile(entries, options), [sight(hostsFileText(), present), standing('/etc/hosts')])[0]?.command.input;

  it('puts a new block before all other lines, and leaves it where it is later', () => {
    expect(wanted('127.0.0.1 localhost\n127.0.1.1 db-01\n127.0.1.1 other\n')).toBe(`${block}127.0.0.1 localhost\n# not by loopback (keybuzz): 127.0.1.1 db-01\n127.0.1.1 other\n`);
    expect(wanted(`1.2.3.4 mine\n${block.replace('10.0.0.1', '10.0.0.9')}5.6.7.8 other`)).toBe(`1.2.3.4 mine\n${block}5.6.7.8 other`);
  });

  it('has nothing to do when the block is there', () => {
    expect(wanted(`127.0.0.1 localhost\n${block}# more\n`)).toBeUndefined();
    expect(wanted(block.trimEnd())).toBe(block);
  });

  it("owns the whole file when the operator's lines are not kept", () => {
    expect(wanted('1.2.3.4 mine\n', { keep: false })).toBe(`${block}127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n`);
  });

  it('refuses two addresses of one name, in the stack and in the lines of the operator', () => {
    expect(() => hostsFile([...entries, { address: '10.0.0.3', names: ['DB-01'] }])).toThrow('DB-01 has two addresses: 10.0.0.1 (entry 1) and 10.0.0.3 (entry 3)');
    expect(() => wanted('# mine\n10.0.0.7 db-01 # old\n')).toThrow('db-01 has two addresses: 10.0.0.1 (the stack) and 10.0.0.7 (/etc/hosts outside of the block, line 2)');
    expect(wanted('fd00::1 db-01\n')).toBe(`${block}fd00::1 db-01\n`);
  });

  it.each([[{ address: '10.0.0', names: ['a'] }, '10.0.0 is not an address'], [{ address: '10.0.0.1', names: [] }, 'no name for 10.0.0.1'], [{ address: '10.0.0.1', names: ['a b'] }, 'a b for 10.0.0.1']])('refuses %j', (entry, message) => {
    expect(() => hostsFile([entry])).toThrow(message);
  });
});
