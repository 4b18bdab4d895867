import { asWanted, Failure, rollout as rollOut, settled } from '@keybuzz/sdk';
import { agreed } from '../ask.ts';
import { underLock } from '../lock.ts';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen, hostsAtWork } from '../selection.ts';
import { count } from '../show/count.ts';
import { planned } from './plan.ts';

/** The fleet is as the stack wants it; what differed was changed. Shows the plan and asks first, unless --yes. */
export async function rollout(options: Options): Promise<number> {
  if (options.yes !== true) {
    if (!process.stdin.isTTY) throw new Failure('badConfig', 'a rollout without a terminal needs --yes', { next: 'keybuzz plan, then keybuzz rollout --yes' });
    const { code, changes } = await planned(options);
    if (changes === 0) return code;
    // Hosts that failed do not hold up the others, but the operator knows of them.
    if (!(await agreed(code === exit.pending ? 'Roll this out? [y/N] ' : 'Roll this out where it can be? [y/N] '))) return exit.failed;
  }
  return runOnStack(options, {
    command: 'rollout',
    mode: 'apply',
    everyHost: true,
    progress: true,
    work: async (stack, journal, say) => {
      const only = chosen(stack, options.only);
      // Only who changes something needs to be the only one.
      const well = (await asWanted(stack, only)) || (await underLock(stack, 'rollout', () => rollOut(stack, only)));
      const changes = journal.events.filter((e) => e.type === 'change' && e.state === 'done').length;
      // Of a part of a cluster health cannot be expected.
      const unwell = well && changes > 0 && options.hosts === undefined ? await settled(stack, { only }) : [];
      say(`${changes === 0 ? 'Nothing was changed' : count(changes, 'change')} on ${count(hostsAtWork(stack, { only, events: journal.events }), 'host')}${stack.failed.size === 0 ? '' : `; ${count(stack.failed.size, 'host')} failed`}.\n`);
      if (unwell.length > 0) say(`${count(unwell.length, 'probe')} not ok since: keybuzz health\n`);
      return well ? exit.done : exit.failed;
    },
  });
}
