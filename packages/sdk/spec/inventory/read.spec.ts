import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importInventory, readInventory } from '../../src/inventory/index.ts';
import { row, tsv } from './rows.ts';

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'inventory-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('an inventory file', () => {
  it.each([
    ['servers.tsv', tsv(row())],
    ['servers.txt', `# exported\n${tsv(row())}`],
    ['hosts', '[queue]\ndb-01 ansible_host=10.0.0.120\n'],
    ['plain', 'db-01 ansible_host=10.0.0.120 role=queue\n'],
    ['hosts.yml', 'queue: { hosts: { db-01: { ansible_host: 10.0.0.120 } } }\n'],
    ['ours.yaml', 'hosts: { db-01: { address: 10.0.0.120, role: queue } }\n'],
    ['unnamed', '---\nhosts: { db-01: { address: 10.0.0.120, role: queue } }\n'],
  ])('%s is read by its extension or content', (name, content) => {
    const file = written(name, content);
    expect(readInventory(file)).toMatchObject({ file, hosts: [{ name: 'db-01', address: '10.0.0.120' }] });
    expect(importInventory(file).notCarried).toEqual([]);
  });

  it.each([
    ['gone.tsv', 'there is no such file'],
    ['.', 'it is a folder'],
  ])('%s that cannot be read is an error with its name', (name, why) => {
    const file = join(folder, name);
    expect(() => readInventory(file)).toThrow(expect.objectContaining({ kind: 'badConfig', message: `cannot read the inventory ${file}: ${why}` }));
  });
});
