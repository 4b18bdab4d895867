import { perform, type Probe, type ProbeEvent } from '@keybuzz/sdk';
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
      const uses = stack.uses.filter((u) => only(u.module.name) && u.hosts.length > 0);
      const answers = await Promise.all(uses.map(async ({ module }) => ({ module: module.name, probes: await perform(stack, module, 'health').catch(() => [unanswered]) })));
      const events = answers.flatMap(({ module, probes }) => probes.map((p): ProbeEvent => ({ type: 'probe', module, ...p })));
      for (const event of events) stack.report(event);
      const bad = events.filter((e) => e.status !== 'ok');
      for (const { module, probes } of answers) say(`${module}: ${probes.filter((p) => p.status === 'ok').length} of ${count(probes.length, 'probe')} ok\n`);
      for (const event of bad) say(`  ${eventLine(event) ?? ''}\n`);
      say(bad.length === 0 ? colors.green('healthy\n') : colors.red(`not ok: ${count(bad.length, 'probe')}\n`));
      return bad.length === 0 ? exit.done : exit.degraded;
    },
  });
}

/** A module whose health threw, which perform has reported, is not well either. */
const unanswered: Probe = { title: 'its health can be asked', host: undefined, status: 'down', seen: 'an error, told below', wanted: 'an answer' };
