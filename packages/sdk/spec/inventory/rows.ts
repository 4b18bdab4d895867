import { readFileSync } from 'node:fs';
import { InventoryError, parseInventory, parseServersTsv, type Inventory, type InventoryOptions } from '../../src/inventory/index.ts';

export const productionFile: string = new URL('../../../../inventory/servers.tsv', import.meta.url).pathname;
export const production: Inventory = parseServersTsv(readFileSync(productionFile), { file: 'inventory/servers.tsv' });

export const header = 'ENV IP_PUBLIQUE HOSTNAME IP_PRIVEE FQDN USER_SSH POOL ROLE SUBROLE DOCKER_STACK CORE NOTES'.split(' ').join('\t');

const usual: Readonly<Record<string, string>> = {
  ENV: 'prod', IP_PUBLIQUE: '198.51.100.18', HOSTNAME: 'db-01', IP_PRIVEE: '10.0.0.120', FQDN: 'db1.keybuzz.io', USER_SSH: 'root',
  POOL: 'db-pool', ROLE: 'db', SUBROLE: 'postgres', DOCKER_STACK: 'patroni-node', CORE: 'yes', NOTES: 'first',
};

/** A row of servers.tsv with some columns other than usual. */
export function row(changed: Readonly<Record<string, string>> = {}): string {
  return header.split('\t').map((column) => ({ ...usual, ...changed })[column] ?? '').join('\t');
}

/** A second row that collides with the usual one in nothing. */
export function other(changed: Readonly<Record<string, string>> = {}): string {
  return row({ IP_PUBLIQUE: '198.51.100.19', HOSTNAME: 'db-02', IP_PRIVEE: '10.0.0.121', FQDN: 'db2.keybuzz.io', ...changed });
}

export function tsv(...lines: readonly string[]): string {
  return [header, ...lines, ''].join('\n');
}

/** What InventoryError says of a text, one `line:column field: message` each. */
export function problemsOf(content: string | Uint8Array, options: InventoryOptions & { file?: string } = {}): readonly string[] {
  const error = errorOf(content, options);
  return error.problems.map(({ line, column, field, message }) => `${line}:${column} ${field ?? '-'}: ${message}`);
}

export function errorOf(content: string | Uint8Array, options: InventoryOptions & { file?: string } = {}): InventoryError {
  try {
    parseInventory(content, { file: 'servers.tsv', ...options });
  } catch (error) {
    if (error instanceof InventoryError) return error;
    throw error;
  }
  throw new Error('no problem was found');
}
