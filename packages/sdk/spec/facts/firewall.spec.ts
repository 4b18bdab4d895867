import { describe, expect, it } from 'vitest';
import { firewallState, foreignRules, ruleInWords } from '../../src/facts/index.ts';
import { essence } from '../../src/facts/iptables.ts';
import { network, within } from '../../src/facts/network.ts';
import { ufwRules, ufwText } from '../../src/facts/ufw-rules.ts';
import { readFrom, recorded } from '../recorded.ts';

describe.each(['debian-13', 'debian-12'])('firewallState of %s', (host) => {
  const state = readFrom(`${host}/firewall`, [firewallState()])[0]!;

  it('reads settings and the connection it is asked over', () => {
    expect(state).toMatchObject({ installed: true, enabled: true, unconfirmed: false, settings: { DEFAULT_INPUT_POLICY: 'drop', DEFAULT_OUTPUT_POLICY: 'accept', IPV6: 'yes' } });
    expect(state.ssh).toEqual({ client: '10.0.0.250', server: host === 'debian-13' ? '10.0.0.13' : '10.0.0.12', port: 22 });
  });

  it('finds in the kernel what the files say, in both families', () => {
    for (const family of [state.ipv4, state.ipv6!]) {
      const said = ['input', 'forward', 'output'].flatMap((direction) => family.file.rules.flatMap((rule) => rule.lines).filter((line) => line.includes(`-user-${direction} `)));
      expect(family.kernel.user).toEqual(said.map(essence));
      expect(family.kernel.sound).toBe(true);
      expect(family.kernel.policies).toEqual({ INPUT: 'DROP', FORWARD: 'DROP', OUTPUT: 'ACCEPT' });
    }
  });

  it('writes a file of UFW back to the byte', () => {
    const lines = recorded(`${host}/firewall`).stdout.split('\n');
    for (const file of ['user.rules', 'user6.rules']) {
      const prefix = `/etc/ufw/${file}:`;
      const text = lines.flatMap((line) => (line.startsWith(prefix) ? [`${line.slice(prefix.length)}\n`] : [])).join('');
      expect(text).toContain('### tuple ###');
      expect(ufwText(ufwRules(text))).toBe(text);
    }
  });

  it('says every kind of rule in words', () => {
    expect([...state.ipv4.file.rules, ...state.ipv6!.file.rules].map(ruleInWords)).toEqual([
      'deny anything from 192.0.2.7',
      'allow 22/tcp from anywhere  # keybuzz:base:ssh',
      'allow 5432/tcp from 10.0.0.0/16  # keybuzz:postgres:clients é',
      'allow 53 from 10.0.0.5  # keybuzz:dns:dns',
      'allow 7000-7010/tcp from 10.0.0.0/16 on enp7s0  # keybuzz:galera:x',
      'allow routed anything from 10.42.0.0/16  # keybuzz:k3s:network',
      'limit 2222/tcp from anywhere',
      'allow_log 99/udp from anywhere',
      'allow out 25/tcp from anywhere',
      'reject 113/tcp from anywhere',
      'allow 22/tcp from anywhere',
      'allow vrrp from 10.0.0.0/16',
      'allow 22/tcp from anywhere (IPv6)  # keybuzz:base:ssh',
      'limit 2222/tcp from anywhere (IPv6)',
      'allow 443/tcp from 2001:db8::1/64',
      'allow_log 99/udp from anywhere (IPv6)',
      'allow out 25/tcp from anywhere (IPv6)',
      'reject 113/tcp from anywhere (IPv6)',
      'allow 22/tcp from anywhere (IPv6)',
    ]);
  });

  it("knows the operator's rules by their comment", () => {
    expect(foreignRules(state)).toHaveLength(13);
  });
});

describe('a host without UFW', () => {
  it('is an answer', () => {
    const state = firewallState().reader.parse({ code: 0, stdout: '', stderr: '' }, []).get(firewallState().key)!;
    expect(state).toMatchObject({ installed: false, enabled: false, ipv6: undefined, ssh: undefined, ipv4: { kernel: { sound: false } } });
  });
});

describe('essence', () => {
  it.each([
    ['-A ufw-user-input -p tcp --dport 53 -s 10.0.0.5 -j ACCEPT', '-A ufw-user-input -s 10.0.0.5/32 -p tcp -m tcp --dport 53 -j ACCEPT'],
    ['-A ufw-user-input -p vrrp -s 10.0.0.0/16 -j ACCEPT', '-A ufw-user-input -s 10.0.0.0/16 -p 112 -j ACCEPT'],
    ['-A ufw6-user-input -p tcp --dport 443 -s 2001:db8::1/64 -j ACCEPT', '-A ufw6-user-input -s 2001:db8::/64 -p tcp -m tcp --dport 443 -j ACCEPT'],
    ["-A ufw-user-input -p tcp --dport 22 -j ACCEPT -m comment --comment 'dapp_Open%20SSH -s 1.2.3.4'", String.raw`-A ufw-user-input -p tcp -m tcp --dport 22 -m comment --comment "\'dapp_Open%20SSH -s 1.2.3.4\'" -j ACCEPT`],
  ])('of %s is the same as the kernel writes it', (file, kernel) => {
    expect(essence(file)).toBe(essence(kernel));
  });

  it('tells apart what meets different packets', () => {
    const rule = (text: string): string => essence(`-A ufw-user-input ${text} -j ACCEPT`);
    expect(new Set(['-p tcp --dport 22', '-p udp --dport 22', '-p tcp --dport 23', '-p tcp --dport 22 -s 10.0.0.0/16', '-p tcp --dport 22 ! -s 10.0.0.0/16', '-i eth0 -p tcp --dport 22', '-p tcp --sport 22'].map(rule)).size).toBe(7);
  });
});

describe('network', () => {
  it.each([
    ['10.0.3.9/16', '10.0.0.0/16'], ['10.0.0.5/32', '10.0.0.5'], ['10.0.0.5', '10.0.0.5'], ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8:0:0::1/64', '2001:db8::/64'], ['::/0', '::/0'], ['::1/128', '::1'], ['fe80::1:2:3:4', 'fe80::1:2:3:4'],
  ])('%s is %s', (text, written) => {
    expect(network(text)?.text).toBe(written);
  });

  it.each(['10.0.0.0/33', '10.0.0', 'db-01', '10.0.0.1/16/2', '::/129', '10.0.0.0/-1', ''])('%s is none', (text) => {
    expect(network(text)).toBeUndefined();
  });

  it('contains the addresses of its family only', () => {
    expect(within('10.0.255.1', '10.0.0.0/16')).toBe(true);
    expect(within('10.1.0.1', '10.0.0.0/16')).toBe(false);
    expect(within('::1', '0.0.0.0/0')).toBe(false);
  });
});
