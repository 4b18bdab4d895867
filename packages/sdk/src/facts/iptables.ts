import { network } from './network.ts';

/** What the kernel's filter table says about UFW's part in one family. */
export interface KernelRules {
  /** Policies of INPUT, FORWARD and OUTPUT. */
  readonly policies: Readonly<Record<string, string>>;
  /** Rules of UFW's user chains, one normal form each, in order. */
  readonly user: readonly string[];
  /** The jumps from INPUT, FORWARD and OUTPUT into UFW's chains, as `INPUT ufw-before-input`. */
  readonly jumps: readonly string[];
  /** Packets that enter UFW's chains reach its user chains, and established connections pass. */
  readonly sound: boolean;
}

const directions = ['input', 'forward', 'output'] as const;

/** UFW's part of what `iptables-save -t filter` printed; `prefix` is `ufw` or `ufw6`. */
export function kernelRules(saved: string, prefix: 'ufw' | 'ufw6'): KernelRules {
  const lines = saved.split('\n');
  const policies = Object.fromEntries([...saved.matchAll(/^:(INPUT|FORWARD|OUTPUT) (\S+)/gm)].map(([, chain, policy]) => [chain, policy ?? '']));
  const jumps = [...saved.matchAll(/^-A (INPUT|FORWARD|OUTPUT) -j (ufw\S+)$/gm)].map(([, chain, to]) => `${chain} ${to}`);
  const reached = directions.every((direction) => lines.includes(`-A ${prefix}-before-${direction} -j ${prefix}-user-${direction}`));
  const established = lines.some((line) => line.startsWith(`-A ${prefix}-before-input `) && /ESTABLISHED.* -j ACCEPT$/.test(line));
  return { policies, user: userEssences(lines), jumps, sound: reached && established && allJumps(prefix).every((jump) => jumps.includes(jump)) };
}

/** The normal forms of the rules in UFW's user chains, chain after chain: order only counts within one. */
export function userEssences(lines: readonly string[]): readonly string[] {
  return directions.flatMap((direction) => lines.filter((line) => line.startsWith(`-A ufw-user-${direction} `) || line.startsWith(`-A ufw6-user-${direction} `)).map(essence));
}

/** Every jump that UFW makes when it starts, in its order. It never makes one again while its chains are there. */
export function allJumps(prefix: 'ufw' | 'ufw6'): readonly string[] {
  return directions.flatMap((direction) =>
    ['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'].map((kind) => `${direction.toUpperCase()} ${prefix}-${kind}-${direction}`),
  );
}

const significant = new Set(['-A', '-i', '-o', '-p', '-s', '-d', '--dport', '--sport', '--dports', '--sports', '-j']);
const numbered: Readonly<Record<string, string>> = { 2: 'igmp', 41: 'ipv6', 47: 'gre', 50: 'esp', 51: 'ah', 112: 'vrrp' };

/**
 * A rule with all that decides whom it meets, in one order, whatever wrote it: a file of UFW and the kernel print
 * options in different orders, addresses with and without a prefix, protocols by name and by number.
 */
export function essence(rule: string): string {
  const words = rule.match(/"(?:\\.|[^"])*"|'[^']*'|\S+/g) ?? [];
  const said = new Map<string, string>();
  words.forEach((word, i) => {
    if (!significant.has(word)) return;
    const value = normal(word, words[i + 1] ?? '');
    if (value !== '') said.set(word, words[i - 1] === '!' ? `!${value}` : value);
  });
  return [...significant].flatMap((option) => (said.has(option) ? [`${option} ${said.get(option)}`] : [])).join(' ');
}

function normal(option: string, value: string): string {
  if (option === '-s' || option === '-d') {
    const known = network(value);
    return known === undefined ? value : known.every ? '' : known.text;
  }
  if (option === '-p') return value === 'all' ? '' : (numbered[value] ?? value);
  return value;
}
