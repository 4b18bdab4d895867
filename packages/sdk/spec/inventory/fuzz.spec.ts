import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { InventoryError, parseInventory, type Problem } from '../../src/inventory/index.ts';
import { seeded } from '../command/random.ts';
import { production, productionFile, row, tsv } from './rows.ts';

const pieces = ['\t', '\t\t', '\n', '\r', '"', '#', ' ', '\ufeff', 'é', '\u00c3\u00a9', '√©', '\0', '10.0.0.1', ':', '[', ']', '{', '}', '&a', '*a', '- ', '=', '10.0.0.300', 'prod', '\ud800', '[01:99]', "'", '%'];
const yaml = 'env: prod\nhosts:\n  db-01: { address: 10.0.0.120, role: db, subrole: postgres, notes: "the first of the three servers of the database" }\n  q-01: { address: 10.0.0.126, role: queue, notes: what waits to be done later }\n';
const ini = '[db_postgres]\ndb-01 ansible_host=10.0.0.120 # first\n[queue]\nq-[01:01] ansible_host=10.0.0.126\n[all:vars]\nansible_user=root\n';
const ansibleYaml = 'all:\n  children:\n    queue:\n      hosts:\n        q-01: { ansible_host: 10.0.0.126, notes: what waits to be done later }\n';

function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length);
  const cut = Math.floor(random() * 6);
  const inserted = Buffer.from(pieces[Math.floor(random() * pieces.length)]!, random() < 0.5 ? 'utf8' : 'latin1');
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + cut)]);
}

/** Whether a position is in a text; a character is at most one byte of it. */
function inside(bytes: Uint8Array, { line, column, message }: Problem): boolean {
  const text = Buffer.from(bytes).toString('latin1').split(/\r*\n|\r/)[line - 1];
  return text !== undefined && column >= 1 && column <= text.length + 1 && message !== '';
}

describe('a damaged inventory', () => {
  it.each([
    ['servers.tsv', readFileSync(productionFile), 100],
    ['small.tsv', Buffer.from(tsv(row())), 1000],
    ['servers.yaml', Buffer.from(yaml), 500],
    ['hosts.ini', Buffer.from(ini), 1000],
    ['hosts.yml', Buffer.from(ansibleYaml), 500],
  ])('%s is read, or refused with positions inside of the file', (file, content, rounds) => {
    const random = seeded(20);
    const wrong: unknown[] = [];
    let read = 0;
    for (let i = 0; i < rounds; i += 1) {
      let bytes: Uint8Array = content;
      for (let damage = 0; damage <= i % 3; damage += 1) bytes = damaged(bytes, random);
      try {
        const { hosts } = parseInventory(bytes, { file }).inventory;
        wrong.push(...hosts.filter((host) => !/^[a-z0-9-]+$/.test(host.name) || !host.address.startsWith('10.0.')));
        read += 1;
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
        wrong.push(...error.problems.filter((problem) => !inside(bytes, problem)).map((problem) => ({ problem, text: Buffer.from(bytes).toString() })));
      }
    }
    expect(wrong).toEqual([]);
    expect(read).toBeGreaterThan(rounds / 100);
    expect(read).toBeLessThan(rounds);
  });

  it('never loses a host silently: the production file cut anywhere gives its first hosts or an error', () => {
    const text = readFileSync(productionFile, 'utf8').trimEnd();
    const random = seeded(7);
    const lost: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      const cut = text.slice(0, Math.floor(random() * text.length));
      try {
        const { hosts } = parseInventory(cut, { file: 'servers.tsv' }).inventory;
        const rows = cut.split('\n').filter((line) => line !== '').length - 1;
        if (hosts.length !== rows || hosts.some((host, n) => host.name !== production.hosts[n]?.name)) lost.push(cut.slice(-40));
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
      }
    }
    expect(lost).toEqual([]);
  });
});
