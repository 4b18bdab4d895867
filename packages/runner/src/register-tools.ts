import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';
import { withStack } from './with-stack.ts';

/** Adds the commands on what a stack is: its picture, its pages, what it puts on a host. */
export function registerToolCommands(program: Command, ends: Ends): void {
  withStack(program.command('explain').argument('<host>').description('everything the stack puts on one host'))
    .action((host: string, options: Options) => ends(import('./commands/explain.ts').then((c) => c.explain(host, options))));
  withStack(program.command('graph').description('modules in order, what each requires, and its hosts'))
    .option('--svg <file>', 'draw it as well')
    .action((options: Options & { svg?: string }) => ends(import('./commands/graph.ts').then((c) => c.graph(options))));
  withStack(program.command('docs').description('write the generated documentation'))
    .option('--check', 'only say what is stale; exit 1 when something is')
    .action((options: Options & { check?: boolean }) => ends(import('./commands/docs.ts').then((c) => c.docs(program, options))));
  withStack(program.command('drill').argument('<module>').description('inject faults into a module and measure what a client sees'))
    .option('--on <place>', '"twin": the fleet on this machine').option('-y, --yes', 'do not ask')
    .action((name: string, options: Options) => ends(import('./commands/drill.ts').then((c) => c.drill(name, options))));
}
