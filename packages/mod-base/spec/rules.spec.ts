import { describe, expect, it } from 'vitest';
import type { Host, Port, Scope } from '@keybuzz/sdk';
import { rulesFor } from '../src/rules.ts';

const host = (name: string, address: string): Host => ({ name, address }) as Host;
const [a, b, controller] = [host('a', '10.0.0.1'), host('b', '10.0.0.2'), host('install-01', '10.0.0.250')];

type Used = Scope['uses'][number];
const used = (name: string, about: { hosts: Host[]; ports: Port[]; networks?: string[] }): Used => ({ module: { name }, config: {}, networks: [], ...about, ports: about.ports.map((port) => ({ hosts: about.hosts, ...port })) }) as unknown as Used;
const stack = (...uses: Used[]): Pick<Scope, 'uses' | 'inventory' | 'controller'> => ({ uses, controller, inventory: { privateNetwork: '10.0.0.0/16' } as Scope['inventory'] });
const tcp = (port: number, from: Port['from']): Port => ({ port, protocol: 'tcp', from, purpose: 'x' });

describe('the firewall rules of a host', () => {
  it('come from every module that runs on it, and from no other', () => {
    const rules = rulesFor(a, stack(used('base', { hosts: [a, b], ports: [tcp(22, 'private')] }), used('redis', { hosts: [b], ports: [tcp(6379, 'private')] })));
    expect(rules).toEqual([{ port: 22, protocol: 'tcp', from: ['10.0.0.0/16'], purpose: 'keybuzz:base:x' }]);
  });

  it('come from ports that a module has on the hosts of another', () => {
    const pooler = { ...tcp(6432, 'private'), hosts: [b] };
    const postgres = used('postgres', { hosts: [a], ports: [pooler] });
    expect([rulesFor(a, stack(postgres)), rulesFor(b, stack(postgres)).map(({ port }) => port)]).toEqual([[], [6432]]);
  });

  it.each<[Port['from'], string[]]>([
    ['private', ['10.0.0.0/16']],
    ['public', ['any']],
    ['members', ['10.0.0.1', '10.0.0.2']],
    ['controller', ['10.0.0.250']],
    [['203.0.113.0/24'], ['203.0.113.0/24']],
  ])('let %s in from %j', (from, sources) => {
    expect(rulesFor(a, stack(used('m', { hosts: [a, b], ports: [tcp(1, from)] })))[0]?.from).toEqual(sources);
  });

  it('let the pod and service networks of the stack in on every host, and through it', () => {
    const rules = rulesFor(a, stack(used('k3s', { hosts: [b], ports: [], networks: ['10.42.0.0/16'] })));
    expect(rules).toEqual([
      { protocol: 'any', from: ['10.42.0.0/16'], purpose: 'keybuzz:k3s:network' },
      { protocol: 'any', from: ['10.42.0.0/16'], purpose: 'keybuzz:k3s:network', route: true },
    ]);
  });
});
