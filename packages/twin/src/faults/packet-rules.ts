import { portOf } from '../addresses.ts';
import { balancerPort } from '../balancers/names.ts';
import type { TwinHost, TwinState } from '../state.ts';
import type { ActiveFault } from './fault.ts';

/**
 * The rules, for `nft -f`, that make the twin's switches lose what the faults say. They are in the switch and not in
 * the hosts, so no host's own firewall shows them, loads them or flushes them.
 */
export function packetRules(twin: Switched, faults: readonly ActiveFault[]): string {
  const rules = faults.flatMap((active) => rulesOf(twin, active));
  const of = (chain: string): string => rules.filter((rule) => rule.chain === chain).map((rule) => `    ${rule.text}\n`).join('');
  const chains = (['forward', 'input', 'output'] as const).map(
    (chain) => `  chain ${chain} {\n    type filter hook ${chain} priority 0; policy accept;\n${of(chain)}  }\n`,
  );
  const reset = 'add table bridge faults\ndelete table bridge faults\n';
  return rules.length === 0 ? reset : `${reset}table bridge faults {\n${chains.join('')}}\n`;
}

/** What hangs on the twin's switches. */
type Switched = Pick<TwinState, 'hosts' | 'loadBalancers'>;

type Rule = { readonly chain: 'forward' | 'input' | 'output'; readonly text: string };

function rulesOf({ hosts, loadBalancers }: Switched, { fault, hosts: names }: ActiveFault): Rule[] {
  const near = ports(hosts.filter((host) => names.includes(host.name)));
  if (fault.kind === 'loss') {
    const luck = `numgen random mod 10000 < ${Math.round(fault.percent * 100)} drop`;
    return [
      { chain: 'forward', text: `iifname ${near} ${luck}` },
      { chain: 'forward', text: `oifname ${near} ${luck}` },
      { chain: 'input', text: `iifname ${near} ${luck}` },
      { chain: 'output', text: `oifname ${near} ${luck}` },
    ];
  }
  if (fault.kind !== 'cut') return [];
  const { from, oneway = false, ports: only } = fault;
  const others = hosts.filter((host) => !names.includes(host.name) && (from === 'all' || from.includes(host.name)));
  const balancers = loadBalancers.filter(({ address }) => from === 'all' || from.includes(address)).map(balancerPort);
  const far = ports(others, from !== 'all' && from.includes('internet') ? [...balancers, 'inet'] : balancers);
  const lost = (chain: Rule['chain'], way: string): Rule[] => losing({ oneway, only }).map((what) => ({ chain, text: `${way} ${what}` }));
  const rules: Rule[] = [];
  if (far !== '{ }') {
    rules.push(...lost('forward', `iifname ${near} oifname ${far}`));
    if (!oneway) rules.push(...lost('forward', `iifname ${far} oifname ${near}`));
  }
  if (from !== 'all' && from.includes('controller')) {
    rules.push(...lost('input', `iifname ${near}`));
    if (!oneway) rules.push(...lost('output', `oifname ${near}`));
  }
  return rules;
}

/** What is lost on a way that is cut. */
function losing({ oneway, only }: { oneway: boolean; only: readonly number[] | undefined }): readonly string[] {
  if (only !== undefined) return ['dport', 'sport'].map((end) => `tcp ${end} { ${only.join(', ')} } drop`);
  // One way, addresses must still resolve, or the answer to the other direction would be lost as well.
  return [oneway ? 'ether type != arp drop' : 'drop'];
}

function ports(hosts: readonly TwinHost[], more: readonly string[] = []): string {
  const names = [...hosts.flatMap((host) => [portOf(host, 'private'), portOf(host, 'public')]), ...more];
  return names.length === 0 ? '{ }' : `{ ${names.map((name) => `"${name}"`).join(', ')} }`;
}
