import { sh } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';
import { shortIpv6 } from './network.ts';

/** A socket that waits for traffic. */
export interface ListeningSocket {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0` and `::` are every address. */
  readonly address: string;
  readonly port: number;
  /** The numeric user that opened it. */
  readonly user: number;
}

const asked: Fact<readonly ListeningSocket[]> = fact({
  name: 'listening sockets',
  // State 0A listens (tcp), 07 is unconnected (udp); filtered on the host, where a database may have thousands of connections.
  command: sh`grep -sHE '^ *[0-9]+: [0-9A-F]+:[0-9A-F]+ 0+:0000 (0A|07) ' /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6; :`,
  parse: ({ stdout }) =>
    [...stdout.matchAll(/^\/proc\/net\/(tcp|udp)6?: *\d+: ([0-9A-F]+):([0-9A-F]{4}) \S+ \S+ \S+ \S+ \S+ +(\d+)/gm)].map(
      ([, protocol, address = '', port = '', user]) => ({
        protocol: protocol as 'tcp' | 'udp',
        address: address.length === 8 ? ipv4(address) : ipv6(address),
        port: Number.parseInt(port, 16),
        user: Number(user),
      }),
    ),
});

/** Every TCP and UDP socket that waits for traffic in the host's network. */
export function listening(): Fact<readonly ListeningSocket[]> {
  return asked;
}

/** The kernel prints addresses as 32-bit words of the machine's byte order, which is little-endian on amd64 and arm64. */
const bytes = (word: string): string[] => (word.match(/../g) ?? []).toReversed();

function ipv4(hex: string): string {
  return bytes(hex).map((byte) => Number.parseInt(byte, 16)).join('.');
}

function ipv6(hex: string): string {
  const digits = (hex.match(/.{8}/g) ?? []).flatMap(bytes).join('');
  const mapped = /^0{20}FFFF(.{8})$/.exec(digits)?.[1];
  if (mapped !== undefined) return (mapped.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
  return shortIpv6(groups);
}
