import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';

/** Adds the commands that ask no host: what a stack is, its inventory, its secrets. */
export function registerToolCommands(program: Command, ends: Ends): void {
  withStack(program.command('explain').argument('<host>').description('everything the stack puts on one host'))
    .action((host: string, options: Options) => ends(import('./commands/explain.ts').then((c) => c.explain(host, options))));
  withStack(program.command('graph').description('modules in order, what each requires, and its hosts'))
    .action((options: Options) => ends(import('./commands/graph.ts').then((c) => c.graph(options))));
  const secrets = program.command('secrets').description('the encrypted secret store of the stack');
  withStack(secrets.command('list').description('names, origins and ages; no values'))
    .action((options: Options) => ends(import('./commands/secrets.ts').then((c) => c.listSecrets(options))));
  withStack(secrets.command('get').argument('<name>').description('print the value'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.getSecret(name, options))));
  withStack(secrets.command('set').argument('<name>').description('store the value given on standard input'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.setSecret(name, options))));
  withStack(secrets.command('rotate').argument('<name>').description('store a new generated value; the old one stays known'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.rotateSecret(name, options))));
}

function withStack(command: Command): Command {
  return command.option('--stack <file>', 'the stack (default: stacks/keybuzz.ts)').option('--json', 'JSON on standard output');
}
