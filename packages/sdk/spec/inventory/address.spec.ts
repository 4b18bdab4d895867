import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { formatAddress, formatNetwork, networkContains, networksOverlap, parseAddress, parseNetwork } from '../../src/inventory/index.ts';

describe('an IPv4 address', () => {
  it.each([['0.0.0.0', 0], ['10.0.0.1', 0x0a000001], ['128.0.0.0', 0x80000000], ['255.255.255.255', 0xffffffff]])('%s is the number %i and back', (text, number) => {
    expect(parseAddress(text)).toBe(number);
    expect(formatAddress(number)).toBe(text);
  });

  it.each(['', '10.0.0', '10.0.0.256', '10.0.0.01', ' 10.0.0.1', '10.0.0.1/32', '::1', '0x0a.0.0.1'])('is not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('a network', () => {
  it.each([
    ['10.0.0.0/16', '10.0.0.0', '10.0.255.255'],
    ['10.0.0.128/25', '10.0.0.128', '10.0.0.255'],
    ['198.51.100.7/32', '198.51.100.7', '198.51.100.7'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
  ])('%s reaches from %s to %s', (text, first, last) => {
    const network = parseNetwork(text);
    expect([formatAddress(network.first), formatAddress(network.last)]).toEqual([first, last]);
    expect(formatNetwork(network)).toBe(text);
  });

  it('may be one address', () => {
    expect(formatNetwork(parseNetwork('10.0.0.5'))).toBe('10.0.0.5/32');
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0/8', '', 'fd00::/8', '10.0.0.0/16/16'])('is not %j', (text) => {
    expect(() => parseNetwork(text)).toThrow(Failure);
    expect(() => parseNetwork(text)).toThrow('is not an IPv4 network: write it as 10.0.0.0/16');
  });

  it('is not rounded when the address has host bits', () => {
    expect(() => parseNetwork('10.0.7.5/16')).toThrow('write 10.0.0.0/16 for the network, 10.0.7.5/32 for the address');
  });

  it.each([
    ['10.0.0.0/16', '10.0.255.255', true],
    ['10.0.0.0/16', '10.1.0.0', false],
    ['10.0.0.0/16', '10.0.8.0/24', true],
    ['10.0.8.0/24', '10.0.0.0/16', false],
    ['0.0.0.0/0', '255.255.255.255', true],
  ])('%s contains %s: %s', (outer, inner, contains) => {
    expect(networkContains(outer, inner)).toBe(contains);
  });

  it.each([
    ['10.0.0.0/16', '10.0.8.0/24', true],
    ['10.42.0.0/16', '10.43.0.0/16', false],
    ['10.0.0.0/25', '10.0.0.128/25', false],
    ['0.0.0.0/0', '10.0.0.1', true],
  ])('%s overlaps %s: %s, either way round', (one, two, overlaps) => {
    expect([networksOverlap(one, two), networksOverlap(two, one)]).toEqual([overlaps, overlaps]);
  });
});
