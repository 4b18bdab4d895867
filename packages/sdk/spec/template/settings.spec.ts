import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { ini, keyValue, unit, type Setting } from '../../src/template/index.ts';

const module = 'demo';

describe('settings', () => {
  it('as sshd wants them', async () => {
    const settings = { Port: 22, PermitRootLogin: 'prohibit-password', AllowTcpForwarding: 'no', AcceptEnv: ['LANG', 'LC_*'], Banner: undefined, Subsystem: 'sftp internal-sftp' };
    await expect(keyValue(settings, { separator: ' ', module })).toMatchFileSnapshot('../golden/template/sshd.conf');
  });

  it('as sysctl wants them', async () => {
    await expect(keyValue({ 'net.core.somaxconn': 65_535, 'net.ipv4.tcp_rmem': '4096 87380 16777216' }, { module })).toMatchFileSnapshot('../golden/template/sysctl.conf');
  });

  it('in sections', async () => {
    const sections = { DEFAULT: { ignoreip: '127.0.0.1/8 10.0.0.0/16', bantime: '1h', maxretry: 5, enabled: true, empty: '' }, '*': { wsrep_provider_options: 'pc.recovery=TRUE;gcache.size=1G', plugin: ['a', 'b'] }, none: {} };
    await expect(ini(sections, { module })).toMatchFileSnapshot('../golden/template/settings.ini');
  });

  it('as a unit of systemd', async () => {
    const sections = {
      Unit: { Description: 'Rollback of the firewall', After: ['network.target', 'ssh.service'], Documentation: undefined },
      Service: { Type: 'oneshot', RemainAfterExit: true, PrivateTmp: false, Environment: ['"A=b c"', 'D=e'], ExecStart: ['', '/bin/sh -c "echo %i # no comment; really"'], TimeoutStopSec: 30 },
      Install: { WantedBy: 'multi-user.target' },
    };
    await expect(unit(sections, { module })).toMatchFileSnapshot('../golden/template/demo.service');
  });
});

describe('settings are refused', () => {
  const values: readonly [string, Setting, string][] = [
    ['with a line break', 'hunter2\nAdmin = yes', 'has a line break or a NUL byte in it'],
    ['with a carriage return', 'hunter2\r', 'has a line break or a NUL byte in it'],
    ['with a NUL byte', 'hunter2\0', 'has a line break or a NUL byte in it'],
    ['that are no number', Number.NaN, 'is not a finite number'],
    ['that begin with a blank', ' hunter2', 'begins or ends with blanks'],
    ['that end with a backslash', 'hunter2\\', 'ends with a backslash, which joins the next line'],
    ['that are null', null as unknown as Setting, 'is null, not a text, number or boolean'],
    ['that are an object', new Date(0) as unknown as Setting, 'is a Date, not a text, number or boolean'],
  ];

  it.each(values)('%s, by every writer, with their place and without the value', (_, value, why) => {
    for (const render of [() => ini({ main: { Key: value } }, { module }), () => keyValue({ Key: value }, { module }), () => unit({ Main: { Key: value } }, { module })]) {
      expect(render).toThrow(Failure);
      expect(render).toThrow(new RegExp(`^module demo:.* Key ${why}`));
      expect(render).not.toThrow('hunter2');
    }
  });

  it.each(['#off', '; off', 'word # rest', 'word ;rest'])('as ini or key and value when %j has a comment in it', (value) => {
    expect(() => ini({ main: { key: value } }, { module })).toThrow('module demo: [main] key has a # or ; that starts a comment');
    expect(() => keyValue({ key: value }, { module })).toThrow('module demo: key has a # or ; that starts a comment');
  });

  it('as `Key value` when empty', () => {
    expect(() => keyValue({ Banner: '' }, { separator: ' ', module })).toThrow('module demo: Banner is empty: leave the key out instead');
  });

  it.each(['', 'a=b', '[a', '#a', ';a', ' a', 'a ', 'a\nb'])('with the key %j', (key) => {
    expect(() => ini({ main: { [key]: 1 } }, { module })).toThrow('would be read as something else');
    expect(() => unit({ Main: { [key]: 1 } }, { module })).toThrow('is no key of a unit');
  });

  it.each(['', 'a]', '[a', 'a\nb'])('in the section %j', (name) => {
    expect(() => ini({ [name]: {} }, { module })).toThrow('cannot be a section');
    expect(() => unit({ [name]: {} }, { module })).toThrow('cannot be a section of a unit');
  });
});
