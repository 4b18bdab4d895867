import type { Command } from 'commander';

/** Every command and option of the CLI, in Markdown, from what `--help` says. */
export function cliPage(program: Command): string {
  const commands = program.commands.flatMap((command) => [command, ...command.commands.map((sub) => sub)]).filter((c) => c.name() !== 'help');
  return ['# The command line', '', program.description(), '', ...exitCodes, ...commands.flatMap((c) => section(c)), ''].join('\n');
}

const exitCodes = [
  '| Exit status | Meaning |',
  '|---|---|',
  '| 0 | done |',
  '| 1 | something failed |',
  '| 2 | usage or configuration |',
  '| 3 | changes pending (`plan`) |',
  '| 4 | something is not ok (`health`, `twin status`) |',
  '| 130 | interrupted |',
];

function section(command: Command): string[] {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  const args = command.registeredArguments.map((a) => (a.required ? `<${a.name()}${a.variadic ? '...' : ''}>` : `[${a.name()}${a.variadic ? '...' : ''}]`));
  const options = command.options.map((o) => `| \`${o.flags}\` | ${o.description} |`);
  return ['', `## \`${[...names, ...args].join(' ')}\``, '', `${command.description()}.`, ...(options.length === 0 ? [] : ['', '| Option | Meaning |', '|---|---|', ...options])];
}
