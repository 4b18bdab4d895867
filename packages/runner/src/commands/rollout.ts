import { Failure, rollout as rollOut } from '@keybuzz/sdk';
import { agreed } from '../ask.ts';
import { holdLock } from '../lock.ts';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen, hostsAtWork } from '../selection.ts';
import { plan } from './plan.ts';

/** The fleet is as the stack wants it; what differed was changed. Shows the plan and asks first, unless --yes. */
export async function rollout(options: Options): Promise<number> {
  if (options.yes !== true) {
    if (!process.stdin.isTTY) throw new Failure('badConfig', 'a rollout without a terminal needs --yes', { next: 'keybuzz plan, then keybuzz rollout --yes' });
    const planned = await plan(options);
    if (planned !== exit.pending) return planned;
    if (!(await agreed('Roll this out? [y/N] '))) return exit.failed;
  }
  return runOnStack(options, {
    command: 'rollout',
    mode: 'apply',
    progress: true,
    work: async (stack, journal) => {
      const only = chosen(stack, options.only);
      await using _lock = await holdLock(stack, 'rollout');
      const well = await rollOut(stack, only);
      const changes = journal.events.filter((e) => e.type === 'change' && e.state === 'done').length;
      if (options.json !== true) process.stdout.write(`${changes === 0 ? 'Nothing was changed' : `${changes} changes`} on ${hostsAtWork(stack, only)} hosts${stack.failed.size === 0 ? '' : `; ${stack.failed.size} hosts failed`}.\n`);
      return well ? exit.done : exit.failed;
    },
  });
}
