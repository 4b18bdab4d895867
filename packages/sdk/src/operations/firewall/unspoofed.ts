import { interfaceWithin, publicInterface, type NetworkInterface } from '../../facts/addresses.ts';
import type { FirewallRule } from './rule.ts';

/**
 * Drops what claims to come from inside but comes in by the interface that faces the Internet. Rather this than private
 * rules bound to the private interface: one that gets another name makes these idle, and would have made those a lock-out.
 * Nothing where one interface is both.
 */
export function unspoofed(interfaces: readonly NetworkInterface[], inside: readonly string[]): FirewallRule[] {
  const [privateNetwork = ''] = inside;
  const facing = publicInterface(interfaces, privateNetwork);
  const own = interfaceWithin(interfaces, privateNetwork);
  if (facing === undefined || own === undefined || own.name === facing.name) return [];
  const rule = { action: 'deny', protocol: 'any', from: inside, interface: facing.name, purpose: 'spoofed' } as const;
  return [rule, { ...rule, route: true }];
}
