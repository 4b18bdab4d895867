import { describe, expect, it } from 'vitest';
import { container, kernelModuleState, sysctlValues, type ModuleState } from '../../src/facts/index.ts';
import { kernelModule, limits, logrotate, sysctl } from '../../src/operations/index.ts';
import { changes, decided, sight, summaries, type Sight } from './changes.ts';
import { holding } from './sights.ts';

const path = '/etc/sysctl.d/99-keybuzz.conf';
const text = '# Written by keybuzz: edits here are overwritten.\nnet.core.somaxconn = 65535\n';
const live = (key: string, values: Record<string, string>): Sight => sight(sysctlValues(key), new Map(Object.entries(values)));

describe('sysctl', () => {
  const one = sysctl({ 'net.core.somaxconn': 65_535 });

  it.each([
    ['all is as wanted', text, '65535', []],
    ['only the live value drifted', text, '11', ['set net.core.somaxconn to 65535']],
    ['only the file is another', 'vm.swappiness = 1\n', '65535', [`change ${path} (0644)`]],
  ])('when %s', (_, file, value, expected) => {
    expect(summaries(one, [...holding(path, file), live('net.core.somaxconn', { 'net.core.somaxconn': value })])).toEqual(expected);
  });

  it('names the key and both values, and writes just that one', () => {
    const [only] = decided(one, [...holding(path, text), live('net.core.somaxconn', { 'net.core.somaxconn': '11' })]);
    expect(only).toMatchObject({ difference: { kind: 'value', what: 'net.core.somaxconn', from: '11', to: '65535' }, touches: ['sysctl:net.core.somaxconn'] });
    expect(only!.command.text).toBe(String.raw`printf '%s\n' 65535 >/proc/sys/net/core/somaxconn`);
  });

  it('takes tabs and blanks between numbers for the same', () => {
    const range = sysctl({ 'net.ipv4.ip_local_port_range': '10240  65000' });
    const written = '# Written by keybuzz: edits here are overwritten.\nnet.ipv4.ip_local_port_range = 10240 65000\n';
    expect(changes(range, [...holding(path, written), live('net.ipv4.ip_local_port_range', { 'net.ipv4.ip_local_port_range': '10240\t65000' })])).toEqual([]);
  });

  it('sets every match of a pattern that differs', () => {
    const pattern = sysctl({ 'net.ipv4.conf.*.rp_filter': 2 }, { module: 'k3s' });
    const seen = live('net.ipv4.conf.*.rp_filter', { 'net.ipv4.conf.all.rp_filter': '2', 'net.ipv4.conf.eth0/100.rp_filter': '0' });
    expect(changes(pattern, [...holding('/etc/sysctl.d/99-keybuzz-k3s.conf', '# Written by keybuzz: edits here are overwritten.\nnet.ipv4.conf.*.rp_filter = 2\n'), seen])).toEqual([
      String.raw`printf '%s\n' 2 >/proc/sys/net/ipv4/conf/eth0.100/rp_filter`,
    ]);
  });

  describe('for a key that the kernel has not', () => {
    const missing = [...holding('/etc/sysctl.d/99-keybuzz.conf', ''), live('net.x.max', {})];
    const key = { 'net.x.max': 1 };

    it('says which, and what may bring it', () => {
      expect(() => summaries(sysctl(key), missing)).toThrow('the kernel has no setting net.x.max (wanted 1): /proc/sys/net/x/max is missing');
    });

    it('leaves it to the day it has it, when it is optional', () => {
      expect(summaries(sysctl(key, { optional: true }), missing)).toEqual([`change ${path} (0644)`]);
    });

    it('expects it of a module that is loaded before', () => {
      expect(summaries(sysctl(key), missing, { touched: ['module:x'] })).toEqual([`change ${path} (0644)`, 'set net.x.max to 1']);
    });
  });

  it.each(['', 'a\nb'])('refuses the value %j', (value) => {
    expect(() => sysctl({ 'net.core.somaxconn': value })).toThrow('needs a value of one line');
  });
});

describe('kernelModule', () => {
  const seen = (state: ModuleState, inside = false): Sight[] => [...holding('/etc/modules-load.d/keybuzz-br_netfilter.conf', 'br_netfilter\n'), sight(kernelModuleState('br_netfilter'), state), sight(container(), inside)];

  it.each([['loaded', []], ['built in', []], ['absent', ['load the kernel module br_netfilter']]] as const)('when it is %s', (state, expected) => {
    expect(summaries(kernelModule('br_netfilter'), seen(state))).toEqual(expected);
  });

  it('tells where to load it when the host is a container', () => {
    expect(changes(kernelModule('br_netfilter'), seen('absent', true))[0]).toContain('run "modprobe br_netfilter" on the machine that carries it');
  });

  it('writes its parameters where modprobe reads them', () => {
    const wanted = kernelModule('nf_conntrack', { parameters: { hashsize: 65_536 } });
    const sights = [...holding('/etc/modules-load.d/keybuzz-nf_conntrack.conf', 'nf_conntrack\n'), ...holding('/etc/modprobe.d/keybuzz-nf_conntrack.conf', 'options nf_conntrack hashsize=65536\n'), sight(kernelModuleState('nf_conntrack'), 'loaded'), sight(container(), false)];
    expect(changes(wanted, sights)).toEqual([]);
  });
});

describe('limits', () => {
  it('writes one line a limit, for both kinds where none is said', () => {
    const wanted = limits([{ domain: '*', item: 'nofile', value: 65_536 }, { domain: '@dba', type: 'hard', item: 'memlock', value: 'unlimited' }]);
    expect(changes(wanted, holding('/etc/security/limits.d/99-keybuzz.conf', '# Written by keybuzz: edits here are overwritten.\n*\t-\tnofile\t65536\n@dba\thard\tmemlock\tunlimited\n'))).toEqual([]);
  });

  it('refuses an item that pam_limits would skip', () => {
    expect(() => limits([{ domain: '*', item: 'nofiles', value: 1 }])).toThrow('there is no limit nofiles');
  });
});

describe('logrotate', () => {
  it('writes what logrotate reads', () => {
    const wanted = logrotate('haproxy', { files: ['/var/log/haproxy.log', '/srv/a b.log'], directives: ['daily', 'rotate 7'], postrotate: ['systemctl kill -s HUP rsyslog'] });
    expect(decided(wanted, holding('/etc/logrotate.d/haproxy', ''))[0]!.command.input).toBe(
      '# Written by keybuzz: edits here are overwritten.\n/var/log/haproxy.log\n"/srv/a b.log" {\n  daily\n  rotate 7\n  sharedscripts\n  postrotate\n    systemctl kill -s HUP rsyslog\n  endscript\n}\n',
    );
  });

  it.each([['haproxy.conf', ['/a']], ['x', []], ['x', ['a.log']]])('refuses %s with %j', (name, files) => {
    expect(() => logrotate(name, { files, directives: [] })).toThrow(/logrotate/);
  });
});
