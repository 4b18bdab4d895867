import { perform } from '@keybuzz/sdk';
import { exit, type Options } from '../options.ts';
import { runOnStack } from '../run.ts';
import { chosen } from '../selection.ts';

/** Every proof of every module was tried as a client would. Exit 1 when one failed. */
export function test(options: Options): Promise<number> {
  return runOnStack(options, {
    command: 'test',
    mode: 'plan',
    progress: true,
    work: async (stack, journal, say) => {
      const only = chosen(stack, options.only);
      let broken = false;
      for (const { module, hosts } of stack.uses) {
        if (!only(module.name) || hosts.length === 0) continue;
        try {
          for (const proof of await perform(stack, module, 'test')) stack.report({ type: 'proof', module: module.name, ...proof });
        } catch {
          broken = true; // reported by perform; the other modules are proven nevertheless
        }
      }
      const proofs = journal.events.filter((e) => e.type === 'proof');
      const of = (status: string): number => proofs.filter((p) => p.status === status).length;
      say(`${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped\n`);
      return of('failed') === 0 && !broken ? exit.done : exit.failed;
    },
  });
}
