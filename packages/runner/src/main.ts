import { Command, CommanderError } from 'commander';
import { exit } from './options.ts';
import { registerFleetCommands } from './register-fleet.ts';
import { registerStackCommands } from './register-stack.ts';
import { registerToolCommands } from './register-tools.ts';
import { registerTwinCommands } from './register-twin.ts';
import { errorText, kindOf } from './show/error.ts';
import { usageText } from './show/usage.ts';

/** The command line was carried out; its exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const result: { code: number } = { code: exit.done };
  const ends = (code: Promise<number>): Promise<void> => code.then((value) => void (result.code = value));
  const program = commandLine(ends, argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return result.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    if (process.env['KEYBUZZ_DEBUG'] !== undefined) throw error;
    process.stderr.write(errorText(error));
    return kindOf(error) === 'badConfig' ? exit.usage : exit.failed;
  }
}

/** Every command and its options; `ends` receives the exit status of the one that is called, `argv` are the words that mistakes are in. */
export function commandLine(ends: Ends, argv: readonly string[] = []): Command {
  const program = new Command('keybuzz')
    .description('Rolls out and operates a highly available stack over SSH.')
    .enablePositionalOptions()
    .exitOverride();
  // Before the commands are made: each takes over what its parent says at that time.
  program.configureOutput({ outputError: (message, write) => write(usageText(message, { program, argv })) });
  registerStackCommands(program, ends);
  registerTwinCommands(program, ends);
  registerToolCommands(program, ends);
  registerFleetCommands(program, ends);
  return program;
}

/** Hands a command's exit status to `main`. */
export type Ends = (code: Promise<number>) => Promise<void>;
