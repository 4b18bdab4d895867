import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';

/** Adds the commands that ask no host: what a stack is, its inventory, its secrets. */
export function registerToolCommands(program: Command, ends: Ends): void {
  withStack(program.command('explain').argument('<host>').description('everything the stack puts on one host'))
    .action((host: string, options: Options) => ends(import('./commands/explain.ts').then((c) => c.explain(host, options))));
  withStack(program.command('graph').description('modules in order, what each requires, and its hosts'))
    .option('--svg <file>', 'draw it as well')
    .action((options: Options & { svg?: string }) => ends(import('./commands/graph.ts').then((c) => c.graph(options))));
  withStack(program.command('docs').description('write the generated documentation')).option('--check', 'only say what is stale')
    .action((options: Options & { check?: boolean }) => ends(import('./commands/docs.ts').then((c) => c.docs(program, options))));
  withStack(program.command('drill').argument('<module>').description('inject faults into a module and measure what a client sees')).option('--on <place>', '"twin": the fleet on this machine').option('-y, --yes', 'do not ask')
    .action((name: string, options: Options) => ends(import('./commands/drill.ts').then((c) => c.drill(name, options))));
  withStack(program.command('hosts').description('the host keys that are trusted').command('trust').argument('<pattern>').description('pin the keys that hosts show, after you compared their fingerprints'))
    .option('--replace', 'instead of the keys pinned before, after a rebuild').option('-y, --yes', 'do not ask')
    .action((pattern: string, options: Options & { replace?: boolean }) => ends(import('./commands/hosts.ts').then((c) => c.trustHosts(pattern, options))));
  const inventory = program.command('inventory').description('the servers');
  withStack(inventory.command('check').argument('[file]').description('read an inventory, naming every mistake with its line and column')).option('--env <name>', 'rows that count (default: prod)')
    .action((file: string | undefined, options: Options & { env?: string }) => ends(import('./commands/inventory.ts').then((c) => c.checkInventory(file, options))));
  inventory.command('import').argument('<file>').description('print another inventory, such as an Ansible one, in our format').option('--to <format>', 'tsv or yaml', 'tsv')
    .action((file: string, options: { to?: string }) => ends(import('./commands/inventory.ts').then((c) => c.convertInventory(file, options))));
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
