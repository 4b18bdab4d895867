import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';
import { withStack } from './with-stack.ts';

/** Adds the commands on what a fleet is and is trusted by: its inventory, its host keys, its secrets. */
export function registerFleetCommands(program: Command, ends: Ends): void {
  const inventory = program.command('inventory').description('the servers');
  withStack(inventory.command('check').argument('[file]').description("read an inventory, the stack's when none is named, and tell every mistake with its line and column"))
    .option('--env <name>', 'rows that count (default: what the stack says, or prod)')
    .action((file: string | undefined, options: Options & { env?: string }) => ends(import('./commands/inventory.ts').then((c) => c.checkInventory(file, options))));
  inventory.command('import').argument('<file>').description('print another inventory, such as an Ansible one, in our format')
    .option('--to <format>', 'tsv or yaml', 'tsv').option('--env <name>', 'rows that count (default: prod)')
    .action((file: string, options: { to?: string; env?: string }) => ends(import('./commands/inventory.ts').then((c) => c.convertInventory(file, options))));
  const hosts = program.command('hosts').description('the host keys that are trusted');
  withStack(hosts.command('trust').argument('<pattern>').description('pin the keys that hosts show, after you compared their fingerprints'))
    .option('--on <place>', '"twin": the fleet on this machine').option('--replace', 'instead of the keys pinned before, after a rebuild').option('-y, --yes', 'do not ask')
    .action((pattern: string, options: Options & { replace?: boolean }) => ends(import('./commands/hosts.ts').then((c) => c.trustHosts(pattern, options))));
  const secrets = program.command('secrets').description('the encrypted secret store of the stack');
  withStack(secrets.command('list').description('names, origins and ages; no values'))
    .action((options: Options) => ends(import('./commands/secrets.ts').then((c) => c.listSecrets(options))));
  withStack(secrets.command('get').argument('<name>').description('print the value'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.getSecret(name, options))));
  withStack(secrets.command('set').argument('<name>').description('store the value given on standard input'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.setSecret(name, options))));
  withStack(secrets.command('rotate').argument('<name>').description('store a new generated value; the one before is kept until it is confirmed'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.rotateSecret(name, options))));
  withStack(secrets.command('confirm').argument('<name>').description('forget the value before the last rotation: nobody uses it any more'))
    .action((name: string, options: Options) => ends(import('./commands/secrets.ts').then((c) => c.confirmSecret(name, options))));
  withStack(secrets.command('import').argument('<files...>').description("take over the secrets of the old installer's *.env files"))
    .option('--replace', 'where the store has other values')
    .action((files: string[], options: Options & { replace?: boolean }) => ends(import('./commands/secrets.ts').then((c) => c.importSecrets(files, options))));
}
