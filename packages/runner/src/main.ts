import { Command, CommanderError } from 'commander';
import { asFailure } from '@keybuzz/sdk';
import { registerStackCommands } from './register-stack.ts';
import { registerTwinCommands } from './register-twin.ts';
import { registerToolCommands } from './register-tools.ts';
import { exit } from './options.ts';

/** The command line was carried out; its exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const result: { code: number } = { code: exit.done };
  const ends = (code: Promise<number>): Promise<void> => code.then((value) => void (result.code = value));
  const program = new Command('keybuzz')
    .description('Rolls out and operates a highly available stack over SSH.')
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .exitOverride();
  registerStackCommands(program, ends);
  registerTwinCommands(program, ends);
  registerToolCommands(program, ends);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return result.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.usage;
    const failure = asFailure(error);
    process.stderr.write(`keybuzz: ${failure.message}\n${failure.context.next === undefined ? '' : `  next  ${failure.context.next}\n`}`);
    return failure.kind === 'badConfig' ? exit.usage : exit.failed;
  }
}

/** Hands a command's exit status to `main`. */
export type Ends = (code: Promise<number>) => Promise<void>;
