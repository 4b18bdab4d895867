import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';
import { askSudo } from './with-stack.ts';

/** Adds the commands that work on a stack. Each is loaded when it is called. */
export function registerStackCommands(program: Command, ends: Ends): void {
  onStack(program.command('plan').description('say what a rollout would change; exit 3 when there is something'))
    .action((options: Options) => ends(import('./commands/plan.ts').then((c) => c.plan(options))));
  onStack(program.command('rollout').description('make the fleet as the stack wants it, and wait until what changed is well and stays so'))
    .option('-y, --yes', 'do not ask')
    .action((options: Options) => ends(import('./commands/rollout.ts').then((c) => c.rollout(options))));
  onStack(program.command('health').description('ask every module how it is; exit 4 when something is not ok'))
    .action((options: Options) => ends(import('./commands/health.ts').then((c) => c.health(options))));
  onStack(program.command('test').description('prove, as a client would, that everything works'))
    .action((options: Options) => ends(import('./commands/test.ts').then((c) => c.test(options))));
}

function onStack(command: Command): Command {
  return command
    .option('--stack <file>', 'the stack, a TypeScript file that exports "stack" (default: stacks/keybuzz.ts)')
    .option('--only <module...>', 'only these modules')
    .option('--hosts <pattern>', 'only these hosts: names or patterns such as db-*, separated by commas; !name leaves one out')
    .option('--on <place>', '"twin": the fleet on this machine')
    .option('--ask-sudo', askSudo)
    .option('--json', 'events as NDJSON on standard output');
}
