import type { Machine } from './machine.ts';
import { ProgramError } from './program.ts';

/** A chain of the kernel's filter table: built-in ones have a policy, others `-`. */
interface Chain {
  policy: string;
  rules: string[];
}

type Chains = Map<string, Chain>;

const builtIn = ['INPUT', 'FORWARD', 'OUTPUT'];
const keyOf = (family: 4 | 6): string => `filter${family}`;

/** What `iptables-save -t filter` prints; counters are zero. */
export function saved(machine: Machine, family: 4 | 6): string {
  return machine.kernel.get(keyOf(family)) ?? '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';
}

/** The text's chains and rules are the kernel's, all or none of them; without `flush` what it does not name stays. */
export function restored(machine: Machine, text: string, about: { family: 4 | 6; flush: boolean; test?: boolean }): void {
  const { family, flush, test = false } = about;
  const chains: Chains = flush ? empty() : read(saved(machine, family));
  let committed = false;
  text.split('\n').forEach((line, at) => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed === '*filter') return;
    if (trimmed === 'COMMIT') committed = true;
    else if (committed || !apply(chains, trimmed)) throw new ProgramError(`line ${at + 1} failed: ${trimmed}`);
  });
  if (!committed) throw new ProgramError(`COMMIT expected at line ${text.split('\n').length}`);
  if (!test) machine.setKernel(keyOf(family), written(chains));
}

/** A new TCP connection: where it comes from, to which port, and by which interface. */
interface Arriving {
  readonly from: (network: string) => boolean;
  readonly port: number;
  readonly by: string | undefined;
}

/** Whether the connection gets in. */
export function lets(machine: Machine, about: Arriving): boolean {
  const chains = read(saved(machine, 4));
  const verdict = walk(chains, 'INPUT', (rule) => meets(rule, about));
  return (verdict ?? chains.get('INPUT')?.policy) === 'ACCEPT';
}

function walk(chains: Chains, name: string, matches: (rule: string) => boolean): string | undefined {
  for (const rule of chains.get(name)?.rules ?? []) {
    const target = / -j (\S+)/.exec(rule)?.[1];
    if (target === undefined || !matches(rule)) continue;
    if (target === 'RETURN') return undefined;
    if (['ACCEPT', 'DROP', 'REJECT'].includes(target)) return target;
    const inner = chains.has(target) ? walk(chains, target, matches) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function meets(rule: string, { from, port, by }: Arriving): boolean {
  if (/ESTABLISHED|INVALID|--limit|--src-type|--dst-type/.test(rule)) return false;
  const protocol = / -p (\S+)/.exec(rule)?.[1];
  const source = / -s (\S+)/.exec(rule)?.[1];
  const ports = / --dports? (\S+)/.exec(rule)?.[1];
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'all') return false;
  if (source !== undefined && !from(source)) return false;
  const [, name] = / -i (\S+)/.exec(rule) ?? [];
  if (name !== undefined && name !== by) return false;
  return ports === undefined || ports.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return port >= first && port <= last;
  });
}

const empty = (): Chains => new Map(builtIn.map((name) => [name, { policy: 'ACCEPT', rules: [] }]));

function read(text: string): Chains {
  const chains: Chains = new Map();
  for (const line of text.split('\n')) {
    const chain = /^:(\S+) (\S+)/.exec(line);
    if (chain !== null) chains.set(chain[1] as string, { policy: chain[2] as string, rules: [] });
    const rule = /^-A (\S+) /.exec(line);
    if (rule !== null) chains.get(rule[1] as string)?.rules.push(line);
  }
  return chains;
}

function written(chains: Chains): string {
  const heads = [...chains].map(([name, { policy }]) => `:${name} ${policy} [0:0]`);
  return `${['*filter', ...heads, ...[...chains.values()].flatMap(({ rules }) => rules), 'COMMIT'].join('\n')}\n`;
}

/** Whether the line was understood and done. */
export function apply(chains: Chains, line: string): boolean {
  const declared = /^:(\S+) (\S+)/.exec(line);
  if (declared !== null) {
    const [, name = '', policy = '-'] = declared;
    const before = chains.get(name);
    // A chain of the user's that is named again is emptied.
    chains.set(name, { policy, rules: builtIn.includes(name) ? (before?.rules ?? []) : [] });
    return true;
  }
  const [, verb, name = '', rest = ''] = /^(-[ADIFNXP]) (\S+) ?(.*)$/.exec(line) ?? [];
  const chain = chains.get(name);
  if (verb === '-N' && chain === undefined) return chains.set(name, { policy: '-', rules: [] }) !== undefined;
  if (chain === undefined) return false;
  const target = /(?:^| )-j (\S+)/.exec(rest)?.[1];
  if (target !== undefined && target === target.toLowerCase() && !chains.has(target)) return false;
  const rule = `-A ${name} ${rest}`;
  switch (verb) {
    case '-A': return chain.rules.push(rule) > 0;
    case '-I': return chain.rules.unshift(rule) > 0;
    case '-D': return chain.rules.includes(rule) && chain.rules.splice(chain.rules.indexOf(rule), 1).length === 1;
    case '-F': return (chain.rules = []).length === 0;
    case '-P': return (chain.policy = rest) !== '';
    case '-X': return chains.delete(name);
    default: return false;
  }
}

/** One change of one chain, as `iptables` itself does it. */
export function altered(machine: Machine, family: 4 | 6, line: string): void {
  const chains = read(saved(machine, family));
  if (!apply(chains, line)) throw new ProgramError(`Bad rule (does a matching rule exist in that chain?): ${line}`);
  machine.setKernel(keyOf(family), written(chains));
}

export function hasChain(machine: Machine, family: 4 | 6, name: string): boolean {
  return read(saved(machine, family)).has(name);
}
