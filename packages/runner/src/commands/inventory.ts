import { resolve } from 'node:path';
import { Failure, formatTsv, formatYaml, importInventory, InventoryError, readInventory, type Inventory, type InventoryOptions } from '@keybuzz/sdk';
import { definitionOf } from '../load-stack.ts';
import { exit, type Options } from '../options.ts';
import { count } from '../show/count.ts';

/** The inventory was read and its hosts counted; a wrong one is an error that names every mistake with line and column. */
export async function checkInventory(named: string | undefined, options: Options & { env?: string }): Promise<number> {
  const { file, how } = await sourceOf(named, options);
  try {
    const inventory = readInventory(file, how);
    process.stdout.write(options.json === true ? `${JSON.stringify({ file, problems: [], hosts: inventory.hosts })}\n` : counted(inventory));
    return exit.done;
  } catch (error) {
    if (!(error instanceof InventoryError) || options.json !== true) throw error;
    process.stdout.write(`${JSON.stringify({ file, problems: error.problems, hosts: [] })}\n`);
    return exit.usage;
  }
}

/** Another inventory, Ansible's included, was printed in our format; what could not be carried over was said. */
export function convertInventory(named: string, options: { to?: string; env?: string }): Promise<number> {
  const { to = 'tsv', env } = options;
  if (to !== 'tsv' && to !== 'yaml') throw new Failure('badConfig', `--to ${to}: wanted tsv or yaml`, { next: `keybuzz inventory import ${named} --to tsv` });
  const { inventory, notCarried } = importInventory(resolve(named), env === undefined ? {} : { env });
  process.stdout.write(to === 'yaml' ? formatYaml(inventory) : formatTsv(inventory));
  for (const { line, column, what, why } of notCarried) process.stderr.write(`${named}:${line}:${column}: not carried over: ${what} (${why})\n`);
  process.stderr.write(`${count(inventory.hosts.length, 'host')}; not carried over: ${notCarried.length}\n`);
  return Promise.resolve(exit.done);
}

/** The file named, or that of the stack, read as the stack reads it. */
async function sourceOf(named: string | undefined, options: Options & { env?: string }): Promise<{ file: string; how: InventoryOptions }> {
  const env = options.env === undefined ? {} : { env: options.env };
  if (named !== undefined) return { file: resolve(named), how: env };
  const { definition, folder } = await definitionOf(options);
  const { privateNetwork } = definition;
  return { file: resolve(folder, definition.inventory), how: { ...(definition.env === undefined ? {} : { env: definition.env }), ...(privateNetwork === undefined ? {} : { privateNetwork }), ...env } };
}

function counted({ file, env, hosts }: Inventory): string {
  const kinds = Map.groupBy(hosts, (h) => (h.subrole === undefined ? h.role : `${h.role}/${h.subrole}`));
  const lines = [...kinds].map(([kind, members]) => `${kind.padEnd(20)} ${String(members.length).padStart(3)}  ${members.map((h) => h.name).join(' ')}\n`);
  return `${lines.join('')}${file}: ${count(hosts.length, 'host')} of ${env}, ${hosts.filter((h) => h.core).length} of them core\n`;
}
