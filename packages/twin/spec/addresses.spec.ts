import { describe, expect, it } from 'vitest';
import { controllerPublic, macOf, portOf, settleAddresses } from '../src/addresses.ts';
import type { TwinHost } from '../src/state.ts';

const host = (name: string, address: string, publicAddress = ''): TwinHost => ({ name, address, publicAddress, user: 'root' });

describe('the addresses of a twin', () => {
  it('keep a public address of the documentation range and give a free one to every other host', () => {
    const settled = settleAddresses([host('a', '10.0.0.11', '198.51.100.2'), host('b', '10.0.0.12', '49.12.0.1'), host('c', '10.0.0.13')], '10.0.0.250');
    expect(settled.map((one) => `${one.name} ${one.publicAddress}`).toSorted()).toEqual(['a 198.51.100.2', 'b 198.51.100.3', 'c 198.51.100.4']);
  });

  it('leave the controller out: it is the namespace, not a machine', () => {
    const hosts = [host('a', '10.0.0.11'), host('install-01', '10.0.0.250', '198.51.100.50')];
    expect(settleAddresses(hosts, '10.0.0.250').map((one) => one.name)).toEqual(['a']);
    expect(controllerPublic(hosts, '10.0.0.250')).toBe('198.51.100.50');
    expect(controllerPublic([], '10.0.0.250')).toBe('198.51.100.253');
  });

  it.each([
    ['an address given twice', [host('a', '10.0.0.11'), host('b', '10.0.0.11')], '10.0.0.11 is used twice'],
    ['a name given twice', [host('a', '10.0.0.11'), host('a', '10.0.0.12')], 'a twice'],
    ['an address outside of the private network', [host('a', '192.168.1.4')], '192.168.1.4'],
    ['a name that would need quoting', [host('a;reboot', '10.0.0.11')], 'a;reboot'],
    ['the public address of the router', [host('a', '10.0.0.11', '198.51.100.1')], '198.51.100.1 is used twice'],
  ])('refuse %s, naming it', (_, hosts, seen) => {
    expect(() => settleAddresses(hosts, '10.0.0.250')).toThrow(expect.objectContaining({ seen, host: expect.any(String) }));
  });

  it('name ports and hardware addresses after the private address, the same at every boot', () => {
    const longest = host('x', '10.0.255.255');
    expect(portOf(longest, 'private')).toBe('p255-255');
    expect(portOf(longest, 'public')).toBe('e255-255');
    expect(macOf('10.0.0.100', 'private')).toBe('02:00:0a:00:00:64');
    expect(macOf('198.51.100.10', 'public')).toBe('02:01:c6:33:64:0a');
  });
});
