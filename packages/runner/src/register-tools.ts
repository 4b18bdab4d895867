import type { Command } from 'commander';
import type { DrillOptions } from './commands/drill.ts';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';
import { askSudo, withStack } from './with-stack.ts';

/** Adds the commands on what a stack is: its picture, its pages, what it puts on a host. */
export function registerToolCommands(program: Command, ends: Ends): void {
  withStack(program.command('explain').argument('<host>').description('what the stack puts on one host: modules, configuration, ports, firewall rules, load balancers, secrets by name'))
    .action((host: string, options: Options) => ends(import('./commands/explain.ts').then((c) => c.explain(host, options))));
  withStack(program.command('graph').description('modules in order, what each requires, and its hosts'))
    .option('--svg <file>', 'draw it as well')
    .action((options: Options & { svg?: string }) => ends(import('./commands/graph.ts').then((c) => c.graph(options))));
  withStack(program.command('docs').description('write the generated documentation'))
    .option('--check', 'only say what is stale; exit 1 when something is')
    .action((options: Options & { check?: boolean }) => ends(import('./commands/docs.ts').then((c) => c.docs(program, options))));
  withStack(program.command('switchover').argument('<module>').description('let another host lead'))
    .option('--to <host>', 'that one (default: the best there is)').option('--on <place>', '"twin": the fleet on this machine').option('--ask-sudo', askSudo)
    .action((name: string, options: Options & { to?: string }) => ends(import('./commands/switchover.ts').then((c) => c.switchover(name, options))));
  withStack(program.command('reboot').argument('<pattern>').description('start machines anew, one after the other and leaders last, each only while all is well'))
    .option('--on <place>', '"twin": the fleet on this machine').option('-y, --yes', 'do not ask').option('--ask-sudo', askSudo)
    .action((pattern: string, options: Options) => ends(import('./commands/reboot.ts').then((c) => c.reboot(pattern, options))));
  withStack(program.command('drill').argument('<module>').argument('[names...]').description('inject faults into a module and measure what a client sees; exit 1 when a promise was broken'))
    .option('--quick', 'only the drills of every day').option('--list', 'say which there are, with what is promised')
    .option('--on <place>', '"twin": the fleet on this machine').option('-y, --yes', 'on the servers themselves: that is meant').option('--ask-sudo', askSudo)
    .option('--write-readme', "write the measured table into README.md, between the module's markers")
    .action((name: string, names: string[], options: DrillOptions) => ends(import('./commands/drill.ts').then((c) => c.drill(name, names, options))));
}
