import { parseNetwork } from './address.ts';
import { decodeLines } from './decode.ts';
import { fields, type Cell, type Draft, type Field, type Sheet } from './draft.ts';
import type { Inventory, InventoryOptions } from './host.ts';
import { inventoryOf, openSheet } from './hosts-of.ts';
import { repaired } from './mojibake.ts';
import { didYouMean } from './nearest.ts';
import { Problems, type Place } from './problem.ts';
import { yamlTree, type Entry, type YamlTree } from './yaml-tree.ts';

const labels = Object.fromEntries(fields.map((field) => [field, field])) as Record<Field, string>;
const hostKeys = fields.filter((field) => field !== 'name');
const rootKeys = ['env', 'privateNetwork', 'hosts'];

/**
 * The hosts that a YAML inventory describes. Its whole shape, `address`, `role` and (for most roles) `subrole` being all that must be said:
 *
 *     env: prod                      # environment of hosts that name none; prod by default
 *     privateNetwork: 10.0.0.0/16    # the default
 *     hosts:
 *       db-master-01:                # the host name
 *         address: 10.0.0.120        # private IPv4 address
 *         publicAddress: 198.51.100.18
 *         fqdn: db-master.keybuzz.io
 *         user: root                 # the default
 *         port: 22                   # the default
 *         pool: db-pool
 *         role: db
 *         subrole: postgres
 *         dockerStack: patroni-node
 *         core: true                 # the default
 *         notes: PostgreSQL 16
 *         env: prod
 *
 * Any other key is refused by name. Throws InventoryError with every problem, with line and column.
 */
export function parseYamlInventory(content: Uint8Array | string, options: InventoryOptions & { readonly file: string }): Inventory {
  const problems = new Problems(options.file);
  const root = yamlTree(decodeLines(content).join('\n'), problems);
  if (root === undefined || root.kind !== 'map') {
    if (root !== undefined) problems.add(root.at, undefined, `${root.kind === 'nothing' ? 'the file is empty' : `a ${root.kind} instead of a map`}: write "hosts:" and a key for each server below it`);
    problems.throwAny();
  }
  const entries = root?.entries ?? [];
  for (const { key, at } of entries) if (!rootKeys.includes(key)) problems.add(at, key, `unknown key${didYouMean(key, rootKeys)}: the keys here are ${rootKeys.join(', ')}`);
  const find = (key: string): YamlTree | undefined => entries.find((entry) => entry.key === key)?.value;
  const env = find('env');
  const network = networkOf(find('privateNetwork'), { asked: options.privateNetwork, problems });
  const sheet = { ...openSheet(options.file, labels, { ...options, ...(network === undefined ? {} : { privateNetwork: network }), env: options.env ?? (env?.text || 'prod') }), problems };
  const hosts = find('hosts');
  if (hosts?.kind !== 'map' || hosts.entries.length === 0) problems.add(hosts?.at ?? { line: 1, column: 1 }, 'hosts', 'no hosts: write "hosts:" and a key for each server below it');
  return inventoryOf(sheet, (hosts?.entries ?? []).flatMap((host) => draftOf(sheet, host, env) ?? []));
}

function networkOf(tree: YamlTree | undefined, about: { asked: string | undefined; problems: Problems }): string | undefined {
  if (tree === undefined) return about.asked;
  try {
    parseNetwork(tree.text);
  } catch (error) {
    about.problems.add(tree.at, 'privateNetwork', error instanceof Error ? error.message : String(error));
    return about.asked;
  }
  if (about.asked !== undefined && about.asked !== tree.text) about.problems.add(tree.at, 'privateNetwork', `${tree.text} here, but ${about.asked} in the stack: say it in one place, or the same in both`);
  return about.asked ?? tree.text;
}

function draftOf(sheet: Sheet, { key, at, value }: Entry, env: YamlTree | undefined): Draft | undefined {
  if (value.kind !== 'map') {
    sheet.problems.add(at, key, 'a host is a map: write address, role and the rest below it');
    return undefined;
  }
  const spoiled = new Set<Field>();
  const cells: Partial<Record<Field, Cell>> = { name: cell(at, key), core: cell(at, 'yes') };
  if (env !== undefined) cells.env = cell(env.at, env.text);
  for (const entry of value.entries) {
    const field = hostKeys.find((one) => one === entry.key);
    if (field === undefined) sheet.problems.add(entry.at, entry.key, `unknown key of host ${key}${didYouMean(entry.key, hostKeys)}: the keys of a host are ${hostKeys.join(', ')}`);
    else if (entry.value.kind === 'map' || entry.value.kind === 'list') {
      spoiled.add(field);
      sheet.problems.add(entry.value.at, field, `a ${entry.value.kind} instead of a value: write one ${field}`);
    }
    else cells[field] = cell(entry.value.at, field === 'notes' ? repaired(entry.value.text) : entry.value.text);
  }
  return { ...at, cells, spoiled };
}

function cell(at: Place, value: string): Cell {
  return { line: at.line, column: at.column, value };
}
