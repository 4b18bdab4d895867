import { Failure } from '../../command/index.ts';
import { network } from '../../facts/network.ts';
import { ourComment, type UfwRule } from '../../facts/ufw-rules.ts';

/** Traffic that a host lets in, or through, or keeps out. */
export interface FirewallRule {
  /** `allow` when not said. */
  readonly action?: 'allow' | 'deny' | undefined;
  /** One port or an inclusive range; every port when not said. */
  readonly port?: number | readonly [first: number, last: number] | undefined;
  readonly protocol: 'tcp' | 'udp' | 'any';
  /** Addresses and networks in CIDR notation, or `any`. An empty list lets nobody in. */
  readonly from: readonly string[];
  /** Only what comes in by this interface. */
  readonly interface?: string | undefined;
  /** Traffic that the host forwards (to pods, to containers) instead of its own. */
  readonly route?: boolean | undefined;
  /** What it is for: the comment of the rule, `keybuzz:<module>:<purpose>`. */
  readonly purpose: string;
}

/** The rules of one family as UFW keeps them, in order, each once. */
export function ufwRulesOf(rules: readonly FirewallRule[], family: 4 | 6): UfwRule[] {
  const all = rules.flatMap((rule) => rule.from.flatMap((source) => protocolsOf(rule).flatMap((protocol) => ufwRuleOf({ ...rule, protocol }, source, family))));
  return [...new Map(all.toReversed().map((rule) => [rule.tuple, rule])).values()].toReversed();
}

/** UFW knows no range of ports without a protocol. */
function protocolsOf({ port, protocol }: FirewallRule): FirewallRule['protocol'][] {
  return Array.isArray(port) && protocol === 'any' ? ['tcp', 'udp'] : [protocol];
}

function ufwRuleOf(rule: FirewallRule, source: string, family: 4 | 6): UfwRule[] {
  const from = sourceOf(source, { family, purpose: rule.purpose });
  if (from === undefined) return [];
  const { action = 'allow', protocol, interface: name, route = false, purpose } = rule;
  const everywhere = family === 4 ? '0.0.0.0/0' : '::/0';
  const port = portOf(rule);
  if (name !== undefined && !/^[\w.@+=%-]{1,15}$/.test(name)) throw bad(purpose, `${name} is not the name of an interface`);
  const tuple = [`${route ? 'route:' : ''}${action}`, protocol, port, everywhere, 'any', from, name === undefined ? 'in' : `in_${name}`].join(' ');
  const chain = `${family === 4 ? 'ufw' : 'ufw6'}-user-${route ? 'forward' : 'input'}`;
  const onPort = port === 'any' ? '' : port.includes(':') ? ` -m multiport --dports ${port}` : ` --dport ${port}`;
  const [iface, match] = [name === undefined ? '' : ` -i ${name}`, from === everywhere ? '' : ` -s ${from}`];
  const protocols = protocol !== 'any' ? [protocol] : port === 'any' ? [undefined] : ['tcp', 'udp'];
  const lines = protocols.map((each) => `-A ${chain}${iface}${each === undefined ? '' : ` -p ${each}`}${onPort}${match} -j ${action === 'allow' ? 'ACCEPT' : 'DROP'}`);
  return [{ tuple, comment: purpose.startsWith(ourComment) ? purpose : `${ourComment}${purpose}`, lines }];
}

function portOf({ port, purpose }: FirewallRule): string {
  if (port === undefined) return 'any';
  const [first, last] = typeof port === 'number' ? [port, port] : port;
  if (![first, last].every((p) => Number.isInteger(p) && p >= 1 && p <= 65_535) || last < first) throw bad(purpose, `${String(port)} is not a port or a range of ports`);
  return first === last ? String(first) : `${first}:${last}`;
}

/** The source as UFW writes it, or undefined when it is of the other family. */
function sourceOf(source: string, about: { family: 4 | 6; purpose: string }): string | undefined {
  if (source === 'any') return about.family === 4 ? '0.0.0.0/0' : '::/0';
  const known = network(source);
  if (known === undefined) throw bad(about.purpose, `${source} is neither an address nor a network such as 10.0.0.0/16`);
  return known.family === about.family ? known.text : undefined;
}

function bad(purpose: string, why: string): Failure {
  return new Failure('badConfig', `firewall rule ${purpose}: ${why}`);
}
