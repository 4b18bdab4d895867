import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Host, Port, Scope } from '@keybuzz/sdk';
import { portsToTry, tryPort } from '../src/exposure.ts';

const host = (name: string): Host => ({ name }) as Host;
const [a, b] = [host('a'), host('b')];
const used = (...ports: (Partial<Port> & { hosts: readonly Host[] })[]): Scope['uses'][number] => ({ ports: ports.map((port) => ({ protocol: 'tcp', purpose: 'x', ...port })) }) as unknown as Scope['uses'][number];

describe('the ports that are tried from outside', () => {
  it('are those that listen and those that any module declares, here or elsewhere', () => {
    expect(portsToTry(a, { uses: [used({ port: 6379, from: 'private', hosts: [a] }, { port: 5432, from: 'members', hosts: [b] })] }, [9999, 6379])).toEqual([5432, 6379, 9999]);
  });

  it('are not those that are public on this host, but are where they are public on another', () => {
    const uses = [used({ port: 443, from: 'public', hosts: [a] })];
    expect([portsToTry(a, { uses }, [443]), portsToTry(b, { uses }, [])]).toEqual([[], [443]]);
  });

  it('are not those that are open to networks which this controller may be in', () => {
    expect(portsToTry(a, { uses: [used({ port: 22, from: 'private', hosts: [a] }, { port: 22, from: ['203.0.113.0/24'], hosts: [a] })] }, [22])).toEqual([]);
  });

  it('are the first of a range, and no UDP', () => {
    expect(portsToTry(a, { uses: [used({ port: [30_000, 32_767], from: 'private', hosts: [a] }, { port: 8472, protocol: 'udp', from: 'members', hosts: [a] })] }, [])).toEqual([30_000]);
  });
});

describe('a try of a port', () => {
  it('tells open from refused, and both from no way at all', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await tryPort('127.0.0.1', port)).toBe('open');
    await new Promise((resolve) => server.close(resolve));
    expect(await tryPort('127.0.0.1', port)).toBe('refused');
    expect(await tryPort('255.255.255.255', port)).toBe('no way');
  });
});
