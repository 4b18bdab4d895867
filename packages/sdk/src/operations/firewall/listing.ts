import { fact, type Fact } from '../../converge/index.ts';
import { firewallState, type FirewallFamily, type FirewallState } from '../../facts/firewall.ts';
import { userEssences } from '../../facts/iptables.ts';
import { ruleInWords, type UfwRule } from '../../facts/ufw-rules.ts';

/** A firewall in words, one rule a line, for the reader of a plan. */
export function listing(policies: string, rules: readonly UfwRule[]): string {
  return [policies, ...rules.map(ruleInWords), ''].join('\n');
}

/** The three policies in words. */
export function policiesInWords(of: { incoming: string; outgoing: string; routed: string }): string {
  return `incoming ${of.incoming}, outgoing ${of.outgoing}, routed ${of.routed}`;
}

/** The normal forms of the rules that a family's user chains would hold. */
export function essences(rules: readonly UfwRule[]): readonly string[] {
  return userEssences(rules.flatMap((rule) => rule.lines));
}

const { reader: asked, key } = firewallState();

/** The firewall that is effective now, in words. */
export const presentListing: Fact<string> = fact({
  name: 'firewall rules',
  command: asked.command([key]),
  parse: (result) => {
    const state = asked.parse(result, [key]).get(key) as FirewallState;
    return state.enabled ? [effective(state.ipv4), state.ipv6 === undefined ? '' : effective(state.ipv6)].reduce((text, part) => text + part, `${presentPolicies(state)}\n`) : '';
  },
});

function presentPolicies({ settings, ipv4 }: FirewallState): string {
  const word = (chain: string, of: string): string => {
    const [live, said] = [ipv4.kernel.policies[chain], settings[`DEFAULT_${of}_POLICY`]];
    return live === 'DROP' ? (said === 'reject' ? 'reject' : 'deny') : 'allow';
  };
  return policiesInWords({ incoming: word('INPUT', 'INPUT'), outgoing: word('OUTPUT', 'OUTPUT'), routed: word('FORWARD', 'FORWARD') });
}

/** Rules of the file that the kernel has, then those that only the kernel has. */
function effective({ file, kernel }: FirewallFamily): string {
  const loaded = new Set(kernel.user);
  const inFile = new Set(essences(file.rules));
  const both = file.rules.filter((rule) => essences([rule]).every((line) => loaded.has(line)));
  const strangers = kernel.user.filter((line) => !inFile.has(line)).map((line) => `only in the kernel: ${line}`);
  return [...both.map(ruleInWords), ...strangers].map((line) => `${line}\n`).join('');
}
