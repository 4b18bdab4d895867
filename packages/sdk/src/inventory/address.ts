import { isIPv4 } from 'node:net';
import { Failure } from '../command/index.ts';

/** A range of IPv4 addresses as unsigned numbers, both ends included. */
export interface Network {
  readonly first: number;
  readonly last: number;
  /** Length of the prefix, 0 to 32. */
  readonly bits: number;
}

/** The address as an unsigned number; undefined when it is not four plain numbers from 0 to 255. */
export function parseAddress(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Dotted notation of an unsigned number. */
export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The range that CIDR notation (or a single address) stands for. Throws Failure `badConfig`; `10.0.0.5/16` is refused, not rounded. */
export function parseNetwork(text: string): Network {
  const [, address = '', prefix = '32'] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(text) ?? [];
  const given = parseAddress(address);
  const bits = Number(prefix);
  if (given === undefined || bits > 32) throw new Failure('badConfig', `${JSON.stringify(text)} is not an IPv4 network: write it as 10.0.0.0/16`);
  const size = 2 ** (32 - bits);
  const first = given - (given % size);
  if (first !== given) throw new Failure('badConfig', `${text} names an address inside a network: write ${formatAddress(first)}/${bits} for the network, ${address}/32 for the address`);
  return { first, last: first + size - 1, bits };
}

/** CIDR notation of a range. */
export function formatNetwork({ first, bits }: Network): string {
  return `${formatAddress(first)}/${bits}`;
}

/** Whether every address of the second is in the first; both are networks or addresses. Throws Failure `badConfig` on anything else. */
export function networkContains(outer: string, inner: string): boolean {
  const [a, b] = [parseNetwork(outer), parseNetwork(inner)];
  return a.first <= b.first && b.last <= a.last;
}

/** Whether some address is in both. Throws Failure `badConfig` on what is no network. */
export function networksOverlap(one: string, other: string): boolean {
  const [a, b] = [parseNetwork(one), parseNetwork(other)];
  return a.first <= b.last && b.first <= a.last;
}
