import { connect } from 'node:net';
import { addresses, type Host, listening, type OpenHost, publicInterface, type Scope } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

type Stack = Pick<Scope<BaseConfig, string>, 'uses' | 'inventory' | 'controller'>;

/** What a TCP connection found: an answer, a refusal (the firewall let it pass), silence, or no way to go there. */
export type Found = 'open' | 'refused' | 'silent' | 'no way';

/** Only declared ports are open to the Internet: the host's public addresses are tried from here, on every port that a module declares or that listens on the host. */
export async function onlyDeclaredIsPublic(host: OpenHost, stack: Stack): Promise<{ holds: boolean | undefined; seen: string }> {
  if (host.address === stack.controller.address) return { holds: undefined, seen: 'the controller cannot look at itself from outside' };
  const seen = await host.read([addresses(), listening()]);
  const outside = (publicInterface(seen(addresses()), stack.inventory.privateNetwork)?.addresses ?? []).filter(({ scope }) => scope === 'global').map(({ address }) => address);
  const listens = seen(listening()).filter(({ protocol, address }) => protocol === 'tcp' && !/^(127\.|::1$)/.test(address)).map(({ port }) => port);
  const ports = portsToTry(host, stack, listens);
  const tried = await Promise.all(outside.flatMap((address) => ports.map(async (port) => ({ address, port, found: await tryPort(address, port) }))));
  const reached = tried.filter(({ found }) => found !== 'no way');
  if (reached.length === 0) return { holds: undefined, seen: outside.length === 0 ? 'no public address' : `no way from here to ${outside.join(', ')}` };
  const open = reached.filter(({ found }) => found === 'open' || found === 'refused');
  return { holds: open.length === 0, seen: open.map(({ address, port, found }) => `${address} port ${port}: ${found === 'open' ? 'open' : 'let through, nobody listens'}`).join('; ') };
}

/** The ports of the host that nobody outside may reach: whatever listens or is declared anywhere, less what is public, or open to networks that we may be in. */
export function portsToTry(host: Host, { uses }: Pick<Stack, 'uses'>, listens: readonly number[]): readonly number[] {
  const all = uses.flatMap((used) => used.ports).filter(({ protocol }) => protocol === 'tcp');
  const free = all.filter(({ hosts, from }) => hosts.some(({ name }) => name === host.name) && (from === 'public' || Array.isArray(from)));
  const isFree = (port: number): boolean => free.some((each) => (typeof each.port === 'number' ? each.port === port : each.port[0] <= port && port <= each.port[1]));
  // Of a range its first port stands for all: one rule lets them in.
  const declared = all.map(({ port }) => (typeof port === 'number' ? port : port[0]));
  return [...new Set([...listens, ...declared])].filter((port) => !isFree(port)).toSorted((a, b) => a - b);
}

/** What a connection from here finds, within 1.5 s. */
export function tryPort(address: string, port: number): Promise<Found> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1500 });
    const ends = (found: Found): void => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => ends('open')).once('timeout', () => ends('silent')).once('error', ({ code }: NodeJS.ErrnoException) => ends(code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'silent' : 'no way'));
  });
}
