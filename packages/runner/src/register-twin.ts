import type { Command } from 'commander';
import type { Ends } from './main.ts';
import type { Options } from './options.ts';

/** Adds the commands of the fleet on this machine. */
export function registerTwinCommands(program: Command, ends: Ends): void {
  program.command('demo').description('boot a twin of the core servers here, roll the stack out, show its health')
    .option('--stack <file>', 'the stack (default: stacks/keybuzz.ts)')
    .action((options: Options) => ends(import('./commands/demo.ts').then((c) => c.demo(options))));
  const twin = program.command('twin').description('the fleet on this machine').enablePositionalOptions();
  twin.command('up').description('boot the core servers; what runs is left alone')
    .option('--stack <file>', 'the stack (default: stacks/keybuzz.ts)')
    .option('--hosts <pattern>', 'these hosts').option('--core', 'the core servers (the default)').option('--all', 'every server of the inventory')
    .action((options: Options) => ends(import('./commands/twin.ts').then((c) => c.twinUp(options))));
  twin.command('down').description('leave nothing behind').option('--all', 'every twin on this machine')
    .action((options: { all?: boolean }) => ends(import('./commands/twin.ts').then((c) => c.twinDown(options))));
  twin.command('status').description('what every host is doing').option('--json', 'JSON on standard output')
    .action((options: Options) => ends(import('./commands/twin.ts').then((c) => c.twinStatus(options))));
  twin.command('fault').description('do something to hosts: kill, power-off, freeze, cut, loss, delay, fill-disk').argument('<hosts>').argument('<kind>')
    .option('--pattern <regex>', 'kill: command lines that match').option('--from <hosts>', 'cut: from whom (default: all)').option('--oneway', 'cut: only what the hosts send')
    .option('--percent <n>', 'loss: share of the frames').option('--ms <n>', 'delay: milliseconds').option('--heal-after <seconds>', 'when it heals by itself', '600')
    .action((hosts: string, kind: string, flags: object) => ends(import('./commands/fault.ts').then((c) => c.injectFault(hosts, kind, flags))));
  twin.command('heal').description('undo faults').argument('[hosts]')
    .action((hosts: string | undefined) => ends(import('./commands/fault.ts').then((c) => c.healFaults(hosts))));
  twin.command('ssh-config').description('a configuration for plain OpenSSH, to be used inside `twin exec`')
    .action(() => ends(import('./commands/twin.ts').then((c) => c.twinSshConfig())));
  twin.command('ssh').description('a shell, or a command, on one host').argument('<host>').argument('[command...]').passThroughOptions()
    .action((host: string, command: string[]) => ends(import('./commands/twin.ts').then((c) => c.twinSsh(host, command))));
  twin.command('exec').description("run a command inside the twin's network").argument('<command...>').passThroughOptions()
    .option('--internet', 'from the public side, where exposure is seen')
    .action((command: string[], options: { internet?: boolean }) => ends(import('./commands/twin.ts').then((c) => c.twinExec(command, options))));
}
