import { describe, expect, it } from 'vitest';
import { addresses, firewallState, type FirewallState, type NetworkInterface } from '../../src/facts/index.ts';
import type { UfwRule } from '../../src/facts/ufw-rules.ts';
import { firewall, type FirewallOptions } from '../../src/operations/index.ts';
import { readFrom } from '../recorded.ts';
import { decided, sight } from './changes.ts';

const bare: FirewallState = { ...readFrom('debian-13/firewall', [firewallState()])[0]!, ipv6: undefined };
const empty = { ...bare, ipv4: { ...bare.ipv4, file: { ...bare.ipv4.file, rules: [] } } };
const interfaces: readonly NetworkInterface[] = [{ name: 'enp7s0', mtu: 1450, up: true, addresses: [{ address: '10.0.0.13', prefix: 16, family: 4, scope: 'global' }] }, { name: 'eth0', mtu: 1500, up: true, addresses: [{ address: '203.0.113.7', prefix: 32, family: 4, scope: 'global' }] }];
const from = (source: string, over: object = {}) => [{ port: 22, protocol: 'tcp', from: [source], purpose: 'ssh', ...over }] as const;

function planned(options: FirewallOptions, state: FirewallState = empty): number {
  return decided(firewall(options), [sight(firewallState(), state), sight(addresses(), interfaces)]).length;
}

describe('the controller', () => {
  it.each([
    ['its network', from('10.0.0.0/16')],
    ['everybody', from('any')],
    ['its address on the interface it comes by', from('10.0.0.250', { interface: 'enp7s0' })],
    ['its network, on a range of ports', from('10.0.0.0/8', { port: [20, 30] })],
    ['its network, on every port', [{ protocol: 'any', from: ['10.0.0.0/16'], purpose: 'all' }] as const],
  ])('stays connected when the rules let %s in', (_, rules) => {
    expect(planned({ rules })).toBe(1);
  });

  it.each([
    ['nobody', []],
    ['another network', from('192.168.0.0/16')],
    ['its network on another port', from('10.0.0.0/16', { port: 2222 })],
    ['its network by UDP', from('10.0.0.0/16', { protocol: 'udp' })],
    ['its network by another interface', from('10.0.0.0/16', { interface: 'eth0' })],
    ['its network through the host only', from('10.0.0.0/16', { route: true })],
  ])('refuses rules that let %s in', (_, rules) => {
    expect(() => planned({ rules })).toThrow('the firewall would cut this controller off: 10.0.0.250 must reach port 22/tcp, and no rule lets it in');
  });

  it("refuses when a rule of the operator's own comes before", () => {
    const his: UfwRule = { tuple: 'deny tcp 22 0.0.0.0/0 any 10.0.0.0/24 in', comment: 'no', lines: ['-A ufw-user-input -p tcp --dport 22 -s 10.0.0.0/24 -j DROP'] };
    const state = { ...empty, ipv4: { ...empty.ipv4, file: { ...empty.ipv4.file, rules: [his] } } };
    expect(() => planned({ rules: from('10.0.0.0/16') }, state)).toThrow('this one comes first: deny 22/tcp from 10.0.0.0/24  # no');
    expect(planned({ rules: from('10.0.0.0/16'), foreign: 'remove' }, state)).toBe(1);
  });

  it('is the one the stack names where the host forgot who asks, and sshd listens where the stack says', () => {
    const rules = from('10.0.0.0/16', { port: 2222 });
    expect(() => planned({ rules, controller: '10.0.0.251' }, { ...empty, ssh: undefined })).toThrow('10.0.0.251 must reach port 22/tcp');
    expect(planned({ rules, controller: '10.0.0.251', sshPort: 2222 }, { ...empty, ssh: undefined })).toBe(1);
    expect(planned({ rules, sshPort: 2222 })).toBe(1);
    expect(planned({ rules }, { ...empty, ssh: undefined })).toBe(1);
  });

  it('stays connected where what claims to be inside is dropped on the public side, also by one interface for both', () => {
    const rules = from('10.0.0.0/16');
    expect(planned({ rules, inside: ['10.0.0.0/16'] })).toBe(1);
    expect(planned({ rules, inside: ['10.0.0.0/16'], controller: '10.0.0.250' }, { ...empty, ssh: undefined })).toBe(1);
    expect(() => planned({ rules, inside: ['10.0.0.0/16'] }, { ...empty, ssh: { client: '10.0.0.250', server: '203.0.113.7', port: 22 } })).toThrow('this one comes first: deny anything from 10.0.0.0/16 on eth0');
  });

  it('is in no danger where everything may come in', () => {
    expect(planned({ rules: [], defaults: { incoming: 'allow' } })).toBe(1);
  });
});
