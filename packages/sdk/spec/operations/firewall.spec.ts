import { describe, expect, it } from 'vitest';
import { addresses, firewallState, type FirewallState } from '../../src/facts/index.ts';
import { ourComment, type UfwRule } from '../../src/facts/ufw-rules.ts';
import { allJumps } from '../../src/facts/iptables.ts';
import { firewall, type FirewallOptions, type FirewallRule } from '../../src/operations/index.ts';
import { ufwRulesOf } from '../../src/operations/firewall/rule.ts';
import { essences } from '../../src/operations/firewall/listing.ts';
import { missingJumps } from '../../src/operations/firewall/load.ts';
import { readFrom } from '../recorded.ts';
import { changes, decided, sight, summaries } from './changes.ts';

const real = readFrom('debian-13/firewall', [firewallState()])[0]!;

/** What made the rules with our comment on the recorded host, by `ufw allow …`. */
const rules: readonly FirewallRule[] = [
  { port: 22, protocol: 'tcp', from: ['any'], purpose: 'keybuzz:base:ssh' },
  { port: 5432, protocol: 'tcp', from: ['10.0.0.0/16'], purpose: 'keybuzz:postgres:clients é' },
  { port: 53, protocol: 'any', from: ['10.0.0.5/32'], purpose: 'keybuzz:dns:dns' },
  { port: [7000, 7010], protocol: 'tcp', from: ['10.0.3.9/16'], interface: 'enp7s0', purpose: 'keybuzz:galera:x' },
  { protocol: 'any', from: ['10.42.0.0/16'], route: true, purpose: 'keybuzz:k3s:network' },
];

const wants = (options: Partial<FirewallOptions>, state: FirewallState = real) => summaries(firewall({ rules, ...options }), [sight(firewallState(), state), sight(addresses(), [])]);
const lines = (state: FirewallState, options: Partial<FirewallOptions> = {}): string => {
  const [only] = decided(firewall({ rules, ...options }), [sight(firewallState(), state), sight(addresses(), [])]);
  return only?.difference?.kind === 'text' ? only.difference.wanted : '';
};
const kernel = (over: Partial<FirewallState['ipv4']['kernel']>): FirewallState => ({ ...real, ipv4: { ...real.ipv4, kernel: { ...real.ipv4.kernel, ...over } } });
const file = (rulesThere: readonly UfwRule[]): FirewallState => ({ ...real, ipv4: { file: { ...real.ipv4.file, rules: rulesThere }, kernel: { ...real.ipv4.kernel, user: essences(rulesThere) } } });
const ssh: FirewallRule = rules[0]!;

describe('a rule', () => {
  it('is written as UFW itself writes it', () => {
    const written = real.ipv4.file.rules.filter((rule) => rule.comment.startsWith(ourComment));
    expect(ufwRulesOf(rules, 4)).toEqual(written);
    expect(ufwRulesOf(rules, 6)).toEqual(real.ipv6!.file.rules.filter((rule) => rule.comment.startsWith(ourComment)));
  });

  it('is split by protocol where UFW wants one, and by family', () => {
    const rule: FirewallRule = { port: [30_000, 32_767], protocol: 'any', from: ['10.0.0.0/16', 'fd00::/8', 'any'], purpose: 'nodes' };
    expect(ufwRulesOf([rule], 6).map(({ tuple, comment }) => `${tuple} ${comment}`)).toEqual([
      'allow tcp 30000:32767 ::/0 any fd00::/8 in keybuzz:nodes', 'allow udp 30000:32767 ::/0 any fd00::/8 in keybuzz:nodes',
      'allow tcp 30000:32767 ::/0 any ::/0 in keybuzz:nodes', 'allow udp 30000:32767 ::/0 any ::/0 in keybuzz:nodes',
    ]);
  });

  it('that two modules declare is there once, with the words of the first', () => {
    expect(ufwRulesOf([ssh, { ...ssh, purpose: 'keybuzz:other:ssh' }], 4).map((rule) => rule.comment)).toEqual(['keybuzz:base:ssh']);
  });

  it.each([
    [{ from: ['10.0.0.0/33'] }, 'firewall rule keybuzz:base:ssh: 10.0.0.0/33 is neither an address nor a network'],
    [{ from: ['db-01'] }, 'db-01 is neither'],
    [{ port: 0 }, '0 is not a port'],
    [{ port: [90, 80] as const }, '90,80 is not a port'],
    [{ interface: 'eth0; reboot' }, 'is not the name of an interface'],
  ])('with %j is refused', (wrong, message) => {
    expect(() => ufwRulesOf([{ ...ssh, ...wrong }], 4)).toThrow(message);
  });
});

describe('firewall', () => {
  it.each([
    ['is as wanted', {}, real, []],
    ['has a rule less in the kernel', {}, kernel({ user: real.ipv4.kernel.user.slice(1) }), ['load the firewall with 6 rules and 13 of the operator']],
    ['has a rule more in the kernel', {}, kernel({ user: [...real.ipv4.kernel.user, '-A ufw-user-input -j ACCEPT'] }), ['load the firewall with 6 rules and 13 of the operator']],
    ['lets everything in by its policy', {}, kernel({ policies: { INPUT: 'ACCEPT', FORWARD: 'DROP', OUTPUT: 'ACCEPT' } }), ['reload the firewall with 6 rules and 13 of the operator']],
    ['lost the way into its chains', {}, kernel({ sound: false }), ['reload the firewall with 6 rules and 13 of the operator']],
    ['has another policy in its file', {}, { ...real, settings: { ...real.settings, DEFAULT_FORWARD_POLICY: 'accept' } }, ['reload the firewall with 6 rules and 13 of the operator']],
    ['is disabled', {}, { ...real, enabled: false }, ['enable the firewall with 6 rules and 13 of the operator']],
    ["has the operator's rules and none are wanted", { foreign: 'remove' }, real, ['load the firewall with 6 rules']],
    ['was changed by a run that died', {}, { ...real, unconfirmed: true }, ['keep the rules of a run that died before it could confirm them']],
  ] satisfies [string, Partial<FirewallOptions>, FirewallState, string[]][])('when it %s', (_, options, state, expected) => {
    expect(wants(options, state)).toEqual(expected);
  });

  it('drops what claims to come from inside on the interface that faces the Internet, before it lets anything in', () => {
    const on = (name: string, ...addressesOf: string[]) => ({ name, mtu: 1450, up: true, addresses: addressesOf.map((address) => ({ address, prefix: 32, family: 4, scope: 'global' }) as const) });
    const [lo, eth0, enp7s0, docker] = [on('lo', '127.0.0.1'), on('eth0', '203.0.113.7'), on('enp7s0', '10.0.0.13'), on('docker0', '172.17.0.1')];
    const first = (...interfaces: ReturnType<typeof on>[]): string[] => {
      const [only] = decided(firewall({ rules: [ssh], inside: ['10.0.0.0/16', '10.42.0.0/16'], foreign: 'remove' }), [sight(firewallState(), real), sight(addresses(), interfaces)]);
      return only?.difference?.kind === 'text' ? only.difference.wanted.split('\n').slice(1, -2) : [];
    };
    expect(first(lo!, docker!, eth0!, enp7s0!)).toEqual([
      'deny anything from 10.0.0.0/16 on eth0  # keybuzz:spoofed',
      'deny anything from 10.42.0.0/16 on eth0  # keybuzz:spoofed',
      'deny routed anything from 10.0.0.0/16 on eth0  # keybuzz:spoofed',
      'deny routed anything from 10.42.0.0/16 on eth0  # keybuzz:spoofed',
      'allow 22/tcp from anywhere  # keybuzz:base:ssh',
    ]);
    for (const one of [[lo!, on('eth0', '203.0.113.7', '10.0.0.13')], [lo!, enp7s0!, docker!], [lo!, eth0!]]) expect(first(...one)).toEqual(['allow 22/tcp from anywhere  # keybuzz:base:ssh']);
  });

  it("keeps each of the operator's rules on its side of ours", () => {
    const without = file(real.ipv4.file.rules.filter((rule) => rule.comment !== 'keybuzz:dns:dns'));
    expect(lines(without).split('\n').slice(0, 9)).toEqual([
      'incoming deny, outgoing allow, routed deny',
      'deny anything from 192.0.2.7',
      'allow 22/tcp from anywhere  # keybuzz:base:ssh',
      'allow 5432/tcp from 10.0.0.0/16  # keybuzz:postgres:clients é',
      'allow 53 from 10.0.0.5  # keybuzz:dns:dns',
      'allow 7000-7010/tcp from 10.0.0.0/16 on enp7s0  # keybuzz:galera:x',
      'allow routed anything from 10.42.0.0/16  # keybuzz:k3s:network',
      'limit 2222/tcp from anywhere',
      'allow_log 99/udp from anywhere',
    ]);
  });

  it("puts ours behind the operator's on a host that has none of ours", () => {
    const his: UfwRule = { tuple: 'limit tcp 22 0.0.0.0/0 any 10.0.0.0/16 in', comment: '', lines: ['-A ufw-user-input -p tcp --dport 22 -s 10.0.0.0/16 -j ufw-user-limit-accept'] };
    expect(lines(file([his])).split('\n').slice(1, 3)).toEqual(['limit 22/tcp from 10.0.0.0/16', 'allow 22/tcp from anywhere  # keybuzz:base:ssh']);
  });

  it("takes a rule of the operator's for ours when it says the same", () => {
    const his = ufwRulesOf([ssh], 4).map((rule) => ({ ...rule, comment: 'his' }));
    expect(lines(file(his)).match(/22\/tcp from anywhere {2}#.*/g)).toEqual(['22/tcp from anywhere  # keybuzz:base:ssh']);
  });

  it('changes only rules by one transaction of the kernel, and the whole of UFW when its frame is wrong', () => {
    const command = (state: FirewallState): string => changes(firewall({ rules }), [sight(firewallState(), state), sight(addresses(), [])]).join('');
    const [rulesOnly, frame, fresh] = [kernel({ user: [] }), kernel({ policies: {} }), { ...real, enabled: false }].map(command);
    expect(rulesOnly).toMatch(/iptables-restore -n -w 10 <user\.rules && ip6tables-restore -n -w 10 <user6\.rules$/);
    expect(rulesOnly).not.toMatch(/ufw (reload|--force)/);
    expect(frame).toMatch(/ufw reload >&2$/);
    expect(fresh).toMatch(/ufw --force enable >&2$/);
  });

  it('says its policies in the words of UFW', () => {
    const [command] = changes(firewall({ rules, defaults: { routed: 'allow', incoming: 'reject' } }), [sight(firewallState(), real), sight(addresses(), [])]);
    expect(command).toContain(`sed -i -e 's/^DEFAULT_INPUT_POLICY=.*/DEFAULT_INPUT_POLICY="REJECT"/' -e 's/^DEFAULT_OUTPUT_POLICY=.*/DEFAULT_OUTPUT_POLICY="ACCEPT"/' -e 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' /etc/default/ufw`);
  });

  it('puts jumps back that UFW would not', () => {
    expect(missingJumps('iptables', allJumps('ufw'))).toBe('');
    const script = missingJumps('iptables', allJumps('ufw').slice(1));
    expect(script).toContain('-D INPUT -j ufw-before-input\n');
    expect(script.match(/^-A INPUT .*/gm)).toEqual(['before-logging', 'before', 'after', 'after-logging', 'reject', 'track'].map((kind) => `-A INPUT -j ufw-${kind}-input`));
  });

  it('leaves IPv6 alone on a host without it', () => {
    const [only] = decided(firewall({ rules }), [sight(firewallState(), { ...kernel({ user: [] }), ipv6: undefined }), sight(addresses(), [])]);
    expect(only!.command.text).not.toContain('ip6tables');
    expect(only!.command.input).not.toContain('ufw6');
  });
});
