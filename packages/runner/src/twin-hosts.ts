import { Failure, select, type ReadStack } from '@keybuzz/sdk';
import type { TwinHost } from '@keybuzz/twin';

/** The servers that a twin is booted for: the core ones, or those the pattern names; the controller is this machine. */
export function twinHosts(stack: ReadStack, wanted: { pattern?: string; everyHost?: boolean }): readonly TwinHost[] {
  const query = wanted.pattern !== undefined ? { name: wanted.pattern } : wanted.everyHost === true ? {} : { core: true };
  const hosts = select(stack.inventory, query).filter((h) => h.name !== stack.controller.name);
  if (hosts.length === 0) throw new Failure('badConfig', `no host to boot: ${wanted.pattern ?? 'the inventory has no core host'}`, { next: 'keybuzz graph' });
  return hosts.map(({ name, address, publicAddress, user }) => ({ name, address, publicAddress: publicAddress ?? '', user }));
}
