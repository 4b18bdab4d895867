import { describe, expect, it } from 'vitest';
import type { Scope } from '@keybuzz/sdk';
import { refuseClashes } from '../src/port-clash.ts';

const [here, there] = [{ name: 'haproxy-01' }, { name: 'db-01' }];
type Claim = { port: number | readonly [number, number]; protocol?: 'tcp' | 'udp'; host?: { name: string } };
const uses = (claims: Readonly<Record<string, readonly Claim[]>>): Scope['uses'] =>
  Object.entries(claims).map(([name, ports]) => ({ module: { name }, ports: ports.map(({ port, protocol = 'tcp', host = here }) => ({ port, protocol, from: 'private', purpose: `${name}-port`, hosts: [host] })) })) as unknown as Scope['uses'];

describe('the ports of a proxy', () => {
  it.each<[string, Record<string, readonly Claim[]>]>([
    ['one port', { haproxy: [{ port: 8404 }], postgres: [{ port: 8404 }] }],
    ['a range', { haproxy: [{ port: 8404 }], postgres: [{ port: [8400, 8410] }] }],
  ])('are refused when two modules claim %s', (_, claims) => {
    expect(() => refuseClashes(here, uses(claims))).toThrow('haproxy-01: port 8404 is claimed by haproxy (haproxy-port) and by postgres (postgres-port)');
  });

  it.each<[string, Record<string, readonly Claim[]>]>([
    ['another host has it too', { haproxy: [{ port: 5432 }], postgres: [{ port: 5432, host: there }] }],
    ['the same module says it twice, for two kinds of clients', { base: [{ port: 22 }, { port: 22 }] }],
    ['the other one is UDP', { a: [{ port: 53 }], b: [{ port: 53, protocol: 'udp' }] }],
    ['they are neighbours', { a: [{ port: 5432 }], b: [{ port: [5433, 5440] }] }],
  ])('may be as they are when %s', (_, claims) => {
    expect(refuseClashes(here, uses(claims))).toBeUndefined();
  });
});
