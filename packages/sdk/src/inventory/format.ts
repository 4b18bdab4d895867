import { yamlLibrary } from '../yaml-library.ts';
import { fields, type Field } from './draft.ts';
import { defaultPrivateNetwork, type Host, type Inventory } from './host.ts';
import { columnNames } from './servers-header.ts';

/** The inventory as a servers.tsv that reads back the same; a PORT_SSH column is added only when a host has another port than 22. */
export function formatTsv({ hosts, env }: Inventory): string {
  const ports = hosts.some((host) => host.port !== 22);
  const columns = (Object.keys(columnNames) as Field[]).filter((field) => field !== 'port' || ports);
  const rows = hosts.map((host) => columns.map((field) => cellOf(field === 'env' ? env : host[field])).join('\t'));
  return [columns.map((field) => columnNames[field]).join('\t'), ...rows, ''].join('\n');
}

/** The inventory in our YAML form, which reads back the same; defaults are left out. */
export function formatYaml({ hosts, env, privateNetwork }: Inventory): string {
  const network = privateNetwork === defaultPrivateNetwork ? {} : { privateNetwork };
  // A map keeps the order of hosts whose names are numbers.
  return yamlLibrary().stringify({ env, ...network, hosts: new Map(hosts.map((host) => [host.name, entryOf(host)])) }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function cellOf(value: string | number | boolean | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value ?? '');
  // Read back as what a spreadsheet quoted, unless it is quoted once more.
  return /^"([^"]|"")*"$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function entryOf(host: Host): Partial<Record<Field, string | number | boolean>> {
  const defaults: Partial<Record<Field, unknown>> = { user: 'root', port: 22, core: true, notes: '' };
  const wanted = fields.filter((field) => field !== 'env' && field !== 'name');
  return Object.fromEntries(wanted.flatMap((field) => (host[field] === undefined || host[field] === defaults[field] ? [] : [[field, host[field]]])));
}
