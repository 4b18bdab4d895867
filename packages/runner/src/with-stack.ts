import type { Command } from 'commander';

/** The command understands which stack it is about, and answers a program as well as a person. */
export function withStack(command: Command): Command {
  return command.option('--stack <file>', 'the stack (default: stacks/keybuzz.ts)').option('--json', 'JSON on standard output');
}

/** What the option `--ask-sudo` does, wherever hosts are worked on. */
export const askSudo = 'ask for the password that sudo wants of users other than root';
