import { healthOf } from '@keybuzz/sdk';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen } from '../selection.ts';
import { count } from '../show/count.ts';
import { colors } from '../show/colors.ts';
import { eventLine } from '../show/line.ts';

/** Every probe of every module was asked; only what is not ok is told in full. Exit 4 when something is not. */
export function health(options: Options): Promise<number> {
  return runOnStack(options, {
    command: 'health',
    mode: 'plan',
    progress: false,
    work: async (stack, _journal, say) => {
      const only = chosen(stack, options.only);
      const events = await healthOf(stack, only);
      for (const event of events) stack.report(event);
      for (const [module, probes] of Map.groupBy(events, (event) => event.module)) say(`${module}: ${probes.filter((p) => p.status === 'ok').length} of ${count(probes.length, 'probe')} ok\n`);
      const bad = events.filter((e) => e.status !== 'ok');
      for (const event of bad) say(`  ${eventLine(event) ?? ''}\n`);
      say(bad.length === 0 ? colors.green('healthy\n') : colors.red(`not ok: ${count(bad.length, 'probe')}\n`));
      return bad.length === 0 ? exit.done : exit.degraded;
    },
  });
}
