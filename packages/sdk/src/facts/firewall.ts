import { Command } from '../command/index.ts';
import { fact, type Fact } from '../converge/index.ts';
import { kernelRules, type KernelRules } from './iptables.ts';
import { ourComment, ufwRules, type UfwRule, type UfwRules } from './ufw-rules.ts';

/** One address family of the firewall. */
export interface FirewallFamily {
  /** What UFW's file says. */
  readonly file: UfwRules;
  /** What the kernel does. */
  readonly kernel: KernelRules;
}

/** UFW on a host, as configured and as effective. */
export interface FirewallState {
  readonly installed: boolean;
  readonly enabled: boolean;
  /** Keys of /etc/default/ufw and /etc/ufw/ufw.conf. */
  readonly settings: Readonly<Record<string, string>>;
  readonly ipv4: FirewallFamily;
  /** Undefined when the kernel has no IPv6 or UFW leaves it alone. */
  readonly ipv6: FirewallFamily | undefined;
  /** A change that nobody confirmed: its timer is about to restore what was before. */
  readonly unconfirmed: boolean;
  /** The SSH connection this was read over; undefined when the host does not tell (sudo forgets it). */
  readonly ssh: { readonly client: string; readonly server: string; readonly port: number } | undefined;
}

/** Where a guarded change of the firewall keeps what it replaces. */
export const rollbackFolder = '/run/keybuzz/firewall';

// Three forks: `ufw status` alone costs fifty times as much, and it does not look at the kernel.
const ask = new Command(
  [
    '[ -r /etc/ufw/ufw.conf ] || exit 0',
    'printf \'ssh %s\\n\' "$SSH_CONNECTION"',
    `[ -d ${rollbackFolder}/saved ] && echo unconfirmed`,
    '[ -e /proc/sys/net/ipv6 ] && echo ipv6',
    'grep -sH \'\' /etc/ufw/user.rules /etc/ufw/user6.rules /etc/ufw/ufw.conf /etc/default/ufw',
    'echo "kernel 4"; iptables-save -t filter; echo "kernel 6"; [ -e /proc/sys/net/ipv6 ] && ip6tables-save -t filter; :',
  ].join('\n'),
);

const asked: Fact<FirewallState> = fact({
  name: 'firewall',
  command: ask,
  parse: ({ stdout }) => {
    const [files = '', saved4 = '', saved6 = ''] = stdout.split(/^kernel [46]\n/m);
    const lines = files.split('\n');
    const text = (file: string): string => lines.flatMap((line) => (line.startsWith(`${file}:`) ? [`${line.slice(file.length + 1)}\n`] : [])).join('');
    const settings = shellSettings(text('/etc/default/ufw') + text('/etc/ufw/ufw.conf'));
    const hasIpv6 = lines.includes('ipv6') && settings.IPV6 === 'yes';
    return {
      installed: settings.ENABLED !== undefined,
      enabled: settings.ENABLED === 'yes',
      settings,
      ipv4: { file: ufwRules(text('/etc/ufw/user.rules')), kernel: kernelRules(saved4, 'ufw') },
      ipv6: hasIpv6 ? { file: ufwRules(text('/etc/ufw/user6.rules')), kernel: kernelRules(saved6, 'ufw6') } : undefined,
      unconfirmed: lines.includes('unconfirmed'),
      ssh: connection(lines.find((line) => line.startsWith('ssh ')) ?? ''),
    };
  },
});

/** UFW's rules and policies, in its files and in the kernel. */
export function firewallState(): Fact<FirewallState> {
  return asked;
}

/** The rules that somebody else than a stack made. */
export function foreignRules({ ipv4, ipv6 }: FirewallState): readonly UfwRule[] {
  return [...ipv4.file.rules, ...(ipv6?.file.rules ?? [])].filter((rule) => !rule.comment.startsWith(ourComment));
}

function shellSettings(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^(\w+)=["']?(\w*)["']?/gm)].map(([, key, value]) => [key, value?.toLowerCase() ?? '']));
}

function connection(line: string): FirewallState['ssh'] {
  const [, client, , server, port] = line.split(' ');
  return client === undefined || server === undefined || port === undefined ? undefined : { client, server, port: Number(port) };
}
