import { BlockList, isIP } from 'node:net';

/** An address or a network in CIDR notation. */
export interface Network {
  readonly family: 4 | 6;
  /** As UFW and the kernel write it: host bits cleared, IPv6 shortened, no prefix for a single address. */
  readonly text: string;
  readonly every: boolean;
}

/** The network that a text names; undefined when it names none. */
export function network(text: string): Network | undefined {
  const [address = '', prefix, ...more] = text.trim().toLowerCase().split('/');
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  if (family === 0 || more.length > 0 || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined;
  const bits = Number(prefix ?? longest);
  if (bits > longest) return undefined;
  const first = masked(family === 4 ? ipv4Bits(address) : ipv6Bits(address), bits, longest);
  const written = family === 4 ? ipv4Text(first) : ipv6Text(first);
  return { family: family === 4 ? 4 : 6, text: bits === longest ? written : `${written}/${bits}`, every: bits === 0 };
}

/** Whether the address lies in the network; an address of the other family never does. */
export function within(address: string, wide: string): boolean {
  const [first = '', prefix] = wide.split('/');
  const family = isIP(first);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  list.addSubnet(first, Number(prefix ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The one spelling of an IPv6 address given as eight groups, shortened as RFC 5952 says. */
export function shortIpv6(groups: string): string {
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

const masked = (value: bigint, bits: number, longest: number): bigint => (value >> BigInt(longest - bits)) << BigInt(longest - bits);

const ipv4Bits = (address: string): bigint => address.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

const ipv4Text = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');

function ipv6Bits(address: string): bigint {
  const [head = '', tail] = shortIpv6(address).split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const groups = tail === undefined ? [...head] : [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function ipv6Text(value: bigint): string {
  return shortIpv6(Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xff_ffn).toString(16)).join(':'));
}
