import { Failure, reboot as rebootHost, rebootOrder, select } from '@keybuzz/sdk';
import { agreed } from '../ask.ts';
import { underLock } from '../lock.ts';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { count } from '../show/count.ts';

/** The machines that the pattern names were started anew, one after the other, leaders last; the first that does not come back well ends it. Asks first, unless --yes. */
export async function reboot(pattern: string, options: Options): Promise<number> {
  if (options.yes !== true && !process.stdin.isTTY) throw new Failure('badConfig', 'a reboot without a terminal needs --yes', { next: `keybuzz reboot '${pattern}' --yes` });
  return runOnStack(options, {
    command: 'reboot',
    mode: 'apply',
    progress: true,
    work: async (stack, _journal, say) => {
      const named = select(stack.inventory, { name: pattern }).filter(({ name }) => stack.uses.some(({ hosts }) => hosts.some((host) => host.name === name)));
      if (named.length === 0) throw new Failure('badConfig', `${pattern} matches no host of the stack`, { next: 'keybuzz graph' });
      const order = await rebootOrder(stack, named);
      if (options.yes !== true && !(await agreed(`Start ${order.map(({ name }) => name).join(', then ')} anew? [y/N] `))) return exit.failed;
      // Each under a lock of its own: one that lies on the machine itself is gone when it comes back.
      for (const host of order) await underLock(stack, `reboot of ${host.name}`, () => rebootHost(stack, host));
      say(`${count(order.length, 'machine')} started anew, and all is well.\n`);
      return exit.done;
    },
  });
}
