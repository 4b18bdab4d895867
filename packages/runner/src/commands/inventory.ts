import { formatTsv, formatYaml, importInventory, readInventory } from '@keybuzz/sdk';
import { Failure } from '@keybuzz/sdk';
import { loadStack } from '../open.ts';
import { exit, type Options } from '../options.ts';

/** The inventory was read and its hosts counted; a wrong one is an error that names every mistake with line and column. */
export async function checkInventory(file: string | undefined, options: Options & { env?: string }): Promise<number> {
  const { hosts, env, file: read } = file === undefined ? (await loadStack(options)).inventory : readInventory(file, options.env === undefined ? {} : { env: options.env });
  const roles = Map.groupBy(hosts, (h) => (h.subrole === undefined ? h.role : `${h.role}/${h.subrole}`));
  if (options.json === true) process.stdout.write(`${JSON.stringify(hosts)}\n`);
  else {
    for (const [role, members] of roles) process.stdout.write(`${role.padEnd(24)} ${String(members.length).padStart(3)}  ${members.map((h) => h.name).join(' ')}\n`);
    process.stdout.write(`${read}: ${hosts.length} hosts of ${env}, ${hosts.filter((h) => h.core).length} of them core\n`);
  }
  return exit.done;
}

/** Another inventory, Ansible's included, was printed in our format; what could not be carried over was said. */
export function convertInventory(file: string, options: { to?: string }): Promise<number> {
  const { inventory, notCarried } = importInventory(file);
  const format = options.to ?? 'tsv';
  if (format !== 'tsv' && format !== 'yaml') throw new Failure('badConfig', `--to ${format}: wanted tsv or yaml`);
  process.stdout.write(format === 'yaml' ? formatYaml(inventory) : formatTsv(inventory));
  for (const left of notCarried) process.stderr.write(`not carried over: ${Object.values(left).join(' ')}\n`);
  return Promise.resolve(exit.done);
}
