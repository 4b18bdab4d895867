import { didYouMean, Failure, scopeOf } from '@keybuzz/sdk';
import { underLock } from '../lock.ts';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';

/** Another host of the module leads: the one named with --to, or the best there is. */
export function switchover(name: string, options: Options & { to?: string }): Promise<number> {
  return runOnStack(options, {
    command: 'switchover',
    mode: 'apply',
    progress: true,
    work: async (stack, _journal, say) => {
      const able = stack.uses.filter((u) => u.module.definition.switchover !== undefined).map((u) => u.module.name);
      const used = stack.uses.find((u) => u.module.name === name);
      const act = used?.module.definition.switchover;
      if (used === undefined || act === undefined) throw new Failure('badConfig', `${name} has no leader to switch${didYouMean(name, able)}; wanted one of ${able.join(', ') || '(no module of this stack has one)'}`, { next: 'keybuzz graph' });
      const leader = await underLock(stack, 'switchover', async () => act(await scopeOf(stack, used.module, 'switchover'), options.to));
      say(`${name}: ${leader} leads\n`);
      return exit.done;
    },
  });
}
