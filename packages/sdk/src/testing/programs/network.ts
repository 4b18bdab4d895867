import { uidOf } from '../machine/accounts.ts';
import type { Machine } from '../machine/machine.ts';
import { parsed, program, ProgramError, type Call, type Program } from '../machine/program.ts';
import { sockets } from '../machine/units.ts';

function ip({ machine, args }: Call): string {
  const words = args.filter((each) => !['-j', '-json', '-o', '-4'].includes(each));
  if (!args.includes('-j') || !['addr', 'addr show', 'address', 'a'].includes(words.join(' '))) throw new ProgramError('the fake machine knows ip -j addr only', 2);
  return `${JSON.stringify(machine.interfaces.map(({ name, mtu, addresses }, i) => ({
    ifindex: i + 1,
    ifname: name,
    flags: name === 'lo' ? ['LOOPBACK', 'UP', 'LOWER_UP'] : ['BROADCAST', 'MULTICAST', 'UP', 'LOWER_UP'],
    mtu,
    operstate: 'UP',
    addr_info: addresses.map((address) => {
      const [local = '', prefix = '32'] = address.split('/');
      return { family: local.includes(':') ? 'inet6' : 'inet', local, prefixlen: Number(prefix), scope: name === 'lo' ? 'host' : 'global' };
    }),
  })))}\n`;
}

function ss({ machine, args }: Call): string {
  const { flags, operands } = parsed(args, Object.fromEntries([...'tulnHp'].map((letter) => [letter, { type: 'boolean', short: letter } as const])));
  if (operands.length > 0) return machine.connections.join('');
  const shown = sockets(machine).filter(({ protocol }) => (flags['t'] === true && protocol === 'tcp') || (flags['u'] === true && protocol === 'udp'));
  return shown.map(({ protocol, address = '0.0.0.0', port }) => `${protocol === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 128 ${address}:${port} 0.0.0.0:*\n`).join('');
}

/** /proc/net/tcp and its siblings: sockets that wait for traffic. */
export function procNet(machine: Machine, protocol: 'tcp' | 'udp', family: 4 | 6): string {
  const found = sockets(machine).filter((each) => each.protocol === protocol && (each.address ?? '0.0.0.0').includes(':') === (family === 6));
  const lines = found.map(({ address = '0.0.0.0', port, user = 'root' }, i) => {
    const local = `${family === 4 ? ipv4Hex(address) : ipv6Hex(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const remote = `${'0'.repeat(family === 4 ? 8 : 32)}:0000`;
    return `${String(i).padStart(4)}: ${local} ${remote} ${protocol === 'tcp' ? '0A' : '07'} 00000000:00000000 00:00000000 00000000 ${String(uidOf(machine, user) ?? 0).padStart(5)}        0 ${10_000 + i} 1 0000000000000000 100 0 0 10 0\n`;
  });
  return `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n${lines.join('')}`;
}

const ipv4Hex = (address: string): string => address.split('.').map(Number).toReversed().map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');

/** Only the two addresses that matter: every one, and the loopback. */
const ipv6Hex = (address: string): string => (address === '::1' ? `${'0'.repeat(24)}01000000` : '0'.repeat(32));

/** Programs that tell of addresses and sockets. */
export const networkPrograms: readonly Program[] = [program('ip', ip, { path: '/usr/sbin/ip' }), program('ss', ss)];
