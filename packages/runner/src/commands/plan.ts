import { asWanted, rollout } from '@keybuzz/sdk';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen, hostsAtWork } from '../selection.ts';
import { planText } from '../show/plan.ts';

/** Says what a rollout would change, with differences, and changes nothing. Exit 3 when there is something to do. */
export async function plan(options: Options): Promise<number> {
  return (await planned(options)).code;
}

/** The same; `changes` is how many there are to make on the hosts that could be read, even when others failed. */
export async function planned(options: Options): Promise<{ code: number; changes: number }> {
  let changes = 0;
  const code = await runOnStack(options, {
    command: 'plan',
    mode: 'plan',
    progress: false,
    work: async (stack, journal, say) => {
      const only = chosen(stack, options.only);
      for (const { module, config } of stack.uses) {
        if (only(module.name)) for (const note of module.definition.notes?.(config) ?? []) stack.report({ type: 'note', message: `${module.name}: ${note}` });
      }
      const well = (await asWanted(stack, only)) || (await rollout(stack, only));
      changes = journal.events.filter((e) => e.type === 'change').length;
      say(planText(journal.events, hostsAtWork(stack, { only, events: journal.events })));
      if (!well) return exit.failed;
      return changes > 0 ? exit.pending : exit.done;
    },
  });
  return { code, changes };
}
