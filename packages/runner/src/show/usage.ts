import type { Command } from 'commander';
import { typed } from './typed.ts';

/** What is told of a command line that cannot be understood, with the nearest that can, and the help to read. */
export function usageText(message: string, about: { program: Command; argv: readonly string[] }): string {
  const [said = '', ...hints] = message.replace(/^error: /, '').trim().split('\n');
  const hint = hints.map((each) => each.replace(/^\(Did/, '(did')).join(' ');
  return `keybuzz: ${said}${hint === '' ? '' : ` ${hint}`}\n  next  ${typed(`${nameOf(about)} --help`)}\n`;
}

/** The command that the words lead to, as far as they name one. */
function nameOf({ program, argv }: { program: Command; argv: readonly string[] }): string {
  const names = [program.name()];
  let at = program;
  for (const word of argv) {
    const next = at.commands.find((each) => each.name() === word);
    if (next === undefined) break;
    names.push(word);
    at = next;
  }
  return names.join(' ');
}
