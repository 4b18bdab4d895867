import { rollout } from '@keybuzz/sdk';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen, hostsAtWork } from '../selection.ts';
import { planText } from '../show/plan.ts';

/** Says what a rollout would change, with differences, and changes nothing. Exit 3 when there is something to do. */
export function plan(options: Options): Promise<number> {
  return runOnStack(options, {
    command: 'plan',
    mode: 'plan',
    progress: false,
    work: async (stack, journal) => {
      const only = chosen(stack, options.only);
      const well = await rollout(stack, only);
      if (options.json !== true) process.stdout.write(planText(journal.events, hostsAtWork(stack, only)));
      if (!well) return exit.failed;
      return journal.events.some((e) => e.type === 'change') ? exit.pending : exit.done;
    },
  });
}
