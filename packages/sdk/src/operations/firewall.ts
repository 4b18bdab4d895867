import { sh } from '../command/index.ts';
import { change, type Change, type Operation } from '../converge/index.ts';
import { addresses, type NetworkInterface } from '../facts/addresses.ts';
import { firewallState, type FirewallFamily, type FirewallState } from '../facts/firewall.ts';
import { ourComment, type UfwRule } from '../facts/ufw-rules.ts';
import { firewallGuard } from './firewall/guard.ts';
import { essences, listing, policiesInWords, presentListing } from './firewall/listing.ts';
import { load, missingJumps, rulesText, type Load, type Policies } from './firewall/load.ts';
import { refuseLockout, sshPath } from './firewall/reach.ts';
import { ufwRulesOf, type FirewallRule } from './firewall/rule.ts';
import { unspoofed } from './firewall/unspoofed.ts';

export type { FirewallRule } from './firewall/rule.ts';

/** What happens to a packet that no rule meets. */
export type FirewallPolicy = 'allow' | 'deny' | 'reject';

/** The firewall of a host as a whole. */
export interface FirewallOptions {
  /** In this order; the first rule that meets a packet decides. */
  readonly rules: readonly FirewallRule[];
  /** The private network and others whose addresses never come from the Internet: what comes so is dropped. */
  readonly inside?: readonly string[];
  /** Incoming and routed `deny`, outgoing `allow`, when not said. */
  readonly defaults?: { readonly incoming?: FirewallPolicy; readonly outgoing?: FirewallPolicy; readonly routed?: FirewallPolicy };
  /** Rules without our comment: kept on the side of ours where they are (before ours on the first run), or removed. */
  readonly foreign?: 'keep' | 'remove';
  /** The controller's address, where the host cannot tell (a login through sudo). */
  readonly controller?: string | undefined;
  /** The port sshd will listen on; the one of the present connection when not said. */
  readonly sshPort?: number | undefined;
}

type Families = readonly { family: FirewallFamily; rules: readonly UfwRule[]; prefix: 'ufw' | 'ufw6' }[];

/**
 * UFW is enabled and lets in exactly these rules, in its files and in the kernel; it is never reset, and a rule set that
 * cuts the controller off is refused or, within 30 s, taken back by the host itself. Last in its `ensure`: that
 * clock runs until the rest of it is done. Ports that Docker publishes pass beside UFW: bind them to a private address.
 */
export function firewall(options: FirewallOptions): Operation {
  const { rules, inside, foreign = 'keep', sshPort = 22 } = options;
  const now = firewallState();
  // Who carries which address only matters when SSH is let in by one interface, or when one of them faces the Internet.
  const interfaces = inside !== undefined || rules.some((rule) => rule.interface !== undefined && rule.protocol !== 'udp' && !(typeof rule.port === 'number' && rule.port !== sshPort)) ? addresses() : undefined;
  return {
    title: `the firewall lets in what is declared${foreign === 'keep' ? ", the operator's own rules" : ''} and nothing else`,
    facts: interfaces === undefined ? [now] : [now, interfaces],
    changes: (seen) => changes(seen(now), options, interfaces === undefined ? [] : seen(interfaces)),
    guard: firewallGuard,
  };
}

function changes(state: FirewallState, options: FirewallOptions, interfaces: readonly NetworkInterface[]): readonly Change[] {
  const { foreign = 'keep', controller, sshPort, inside = [] } = options;
  const rules = [...unspoofed(interfaces, inside), ...options.rules];
  const families: Families = [
    { family: state.ipv4, rules: arranged(state.ipv4, ufwRulesOf(rules, 4), foreign), prefix: 'ufw' },
    ...(state.ipv6 === undefined ? [] : [{ family: state.ipv6, rules: arranged(state.ipv6, ufwRulesOf(rules, 6), foreign), prefix: 'ufw6' as const }]),
  ];
  const wanted = { incoming: 'deny', outgoing: 'allow', routed: 'deny', ...options.defaults } as const;
  const path = sshPath(state.ssh, { controller, sshPort });
  if (path !== undefined && wanted.incoming !== 'allow') refuseLockout(families.flatMap((f) => f.rules), path, interfaces);
  const policies = policiesOf(wanted);
  const needed = loadNeeded(state, families, policies);
  const touches = ['firewall'];
  if (needed === undefined) {
    // The guard around it does the rest: a new clock, a new connection, and the confirmation.
    return state.unconfirmed ? [change(sh`:`, { summary: 'keep the rules of a run that died before it could confirm them', touches })] : [];
  }
  const policiesDiffer = Object.entries(policies).some(([key, value]) => state.settings[key] !== value.toLowerCase());
  const jumps = needed === 'rules' ? '' : families.map(({ prefix, family }) => missingJumps(prefix === 'ufw' ? 'iptables' : 'ip6tables', family.kernel.jumps)).join('');
  const command = load({ load: needed, ipv6: state.ipv6 !== undefined, policies: policiesDiffer ? policies : undefined, jumps });
  const text = families.map(({ family, rules, prefix }) => rulesText(family, rules, prefix)).join('');
  const all = families.flatMap((f) => f.rules);
  return [change(command.stdin(text), {
    summary: summary(needed, all),
    touches,
    difference: { kind: 'text', path: 'firewall', present: presentListing, wanted: listing(policiesInWords(wanted), all) },
  })];
}

/** The wanted rules between the operator's rules that come first and those that come after. */
function arranged({ file }: FirewallFamily, wanted: readonly UfwRule[], foreign: 'keep' | 'remove'): readonly UfwRule[] {
  if (foreign === 'remove') return wanted;
  const isOurs = (rule: UfwRule): boolean => rule.comment.startsWith(ourComment) || wanted.some((w) => w.tuple === rule.tuple);
  const first = file.rules.findIndex((rule) => rule.comment.startsWith(ourComment));
  const [before, after] = first < 0 ? [file.rules, []] : [file.rules.slice(0, first), file.rules.slice(first)];
  return [...before.filter((rule) => !isOurs(rule)), ...wanted, ...after.filter((rule) => !isOurs(rule))];
}

function loadNeeded(state: FirewallState, families: Families, policies: Policies): Load | undefined {
  if (!state.enabled) return 'enable';
  const live = { INPUT: policies.DEFAULT_INPUT_POLICY, OUTPUT: policies.DEFAULT_OUTPUT_POLICY, FORWARD: policies.DEFAULT_FORWARD_POLICY };
  const framed = families.every(({ family: { kernel } }) => kernel.sound && Object.entries(live).every(([chain, policy]) => kernel.policies[chain] === (policy === 'ACCEPT' ? 'ACCEPT' : 'DROP')));
  if (!framed || Object.entries(policies).some(([key, value]) => state.settings[key] !== value.toLowerCase())) return 'reload';
  const same = families.every(({ family, rules }) => alike(family.file.rules.map(identity), rules.map(identity)) && alike(family.kernel.user, essences(rules)));
  return same ? undefined : 'rules';
}

const identity = (rule: UfwRule): string => [rule.tuple, rule.comment, ...essences([rule])].join('\n');

const alike = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((each, i) => each === b[i]);

function policiesOf(wanted: Readonly<Record<'incoming' | 'outgoing' | 'routed', FirewallPolicy>>): Policies {
  const word = { allow: 'ACCEPT', deny: 'DROP', reject: 'REJECT' } as const;
  return { DEFAULT_INPUT_POLICY: word[wanted.incoming], DEFAULT_OUTPUT_POLICY: word[wanted.outgoing], DEFAULT_FORWARD_POLICY: word[wanted.routed] };
}

function summary(needed: Load, rules: readonly UfwRule[]): string {
  const foreign = rules.filter((rule) => !rule.comment.startsWith(ourComment)).length;
  const verb = { enable: 'enable the firewall', reload: 'reload the firewall', rules: 'load the firewall' }[needed];
  return `${verb} with ${rules.length - foreign} rules${foreign === 0 ? '' : ` and ${foreign} of the operator`}`;
}
