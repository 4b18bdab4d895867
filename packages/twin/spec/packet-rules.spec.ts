import { describe, expect, it } from 'vitest';
import type { ActiveFault, Fault } from '../src/faults/fault.ts';
import { packetRules } from '../src/faults/packet-rules.ts';
import type { TwinHost } from '../src/state.ts';

const hosts: TwinHost[] = ['11', '12', '13'].map((last) => ({ name: `h${last}`, address: `10.0.0.${last}`, publicAddress: `198.51.100.${last}`, user: 'root' }));
const twin = { hosts, loadBalancers: [{ address: '10.0.0.10', check: { interval: 3, timeout: 1, retries: 2 }, targets: [], ports: [] }] };
const on = (host: string, fault: Fault): ActiveFault => ({ id: 'x', hosts: [host], fault, healAt: '2026-01-01T00:00:00.000Z' });
const lines = (...faults: ActiveFault[]): string[] =>
  packetRules(twin, faults).split('\n').map((line) => line.trim()).filter((line) => line.endsWith('drop') || line.startsWith('chain'));

describe('the rules of the switches', () => {
  it('are none without faults, and replace whatever was there', () => {
    expect(packetRules(twin, [])).toBe('add table bridge faults\ndelete table bridge faults\n');
  });

  it('cut a host from all others, load balancers included, on both networks and in both directions, but not from the controller', () => {
    expect(lines(on('h11', { kind: 'cut', from: 'all' }))).toEqual([
      'chain forward {',
      'iifname { "p0-11", "e0-11" } oifname { "p0-12", "e0-12", "p0-13", "e0-13", "l0-10" } drop',
      'iifname { "p0-12", "e0-12", "p0-13", "e0-13", "l0-10" } oifname { "p0-11", "e0-11" } drop',
      'chain input {',
      'chain output {',
    ]);
  });

  it('cut one way only what the host sends, and never address resolution', () => {
    expect(lines(on('h11', { kind: 'cut', from: ['h12'], oneway: true }))).toEqual([
      'chain forward {',
      'iifname { "p0-11", "e0-11" } oifname { "p0-12", "e0-12" } ether type != arp drop',
      'chain input {',
      'chain output {',
    ]);
  });

  it('cut certain ports only, at whichever end they are, so that neither questions nor answers pass', () => {
    expect(lines(on('h11', { kind: 'cut', from: ['h12'], ports: [2379, 2380] }))).toEqual([
      'chain forward {',
      'iifname { "p0-11", "e0-11" } oifname { "p0-12", "e0-12" } tcp dport { 2379, 2380 } drop',
      'iifname { "p0-11", "e0-11" } oifname { "p0-12", "e0-12" } tcp sport { 2379, 2380 } drop',
      'iifname { "p0-12", "e0-12" } oifname { "p0-11", "e0-11" } tcp dport { 2379, 2380 } drop',
      'iifname { "p0-12", "e0-12" } oifname { "p0-11", "e0-11" } tcp sport { 2379, 2380 } drop',
      'chain input {',
      'chain output {',
    ]);
  });

  it('cut a host from the controller and from the Internet when these are named', () => {
    expect(lines(on('h11', { kind: 'cut', from: ['controller', 'internet'] }))).toEqual([
      'chain forward {',
      'iifname { "p0-11", "e0-11" } oifname { "inet" } drop',
      'iifname { "inet" } oifname { "p0-11", "e0-11" } drop',
      'chain input {',
      'iifname { "p0-11", "e0-11" } drop',
      'chain output {',
      'oifname { "p0-11", "e0-11" } drop',
    ]);
  });

  it('cut a host from a load balancer named by its address, and from nobody else', () => {
    expect(lines(on('h11', { kind: 'cut', from: ['10.0.0.10'], oneway: true }))).toEqual([
      'chain forward {',
      'iifname { "p0-11", "e0-11" } oifname { "l0-10" } ether type != arp drop',
      'chain input {',
      'chain output {',
    ]);
  });

  it('lose a share of the frames, counted in hundredths of a percent, and several faults add up', () => {
    const rules = lines(on('h11', { kind: 'loss', percent: 2.5 }), on('h12', { kind: 'cut', from: ['h13'], oneway: true }));
    expect(rules.filter((rule) => rule.includes('numgen random mod 10000 < 250 drop'))).toHaveLength(4);
    expect(rules).toContain('iifname { "p0-12", "e0-12" } oifname { "p0-13", "e0-13" } ether type != arp drop');
  });
});
