import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { readState } from '@keybuzz/twin/state';
import { measure } from './measure.ts';
import { table, withTable } from './table.ts';
import { timed, type Timing } from './timed.ts';

// Boots the twin from nothing, rolls out, measures, and writes the table of the README. About fifteen minutes on 2 cores.
// PYTHON names a Python of 3.12 or later for the peers; `--keep` measures on the twin that is up.

const root = resolve(import.meta.dirname, '..', '..');
const kb = join(root, 'kb');
const fresh = process.argv.includes('--keep') ? undefined : await fromNothing();
const twin = readState(root);
if (twin === undefined) throw new Error('no twin is up: leave --keep out');
const rows = await measure(root, twin);
const text = table(rows, { hosts: twin.hosts.length, machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`, ...(fresh === undefined ? {} : { fresh }) });
const readme = join(root, 'README.md');
writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), text));
console.log(text);

async function fromNothing(): Promise<{ boot: Timing; rollout: Timing }> {
  await timed([kb, 'twin', 'up', '--hosts', 'backup-01']); // the image, once
  await timed([kb, 'twin', 'down']);
  const boot = await timed([kb, 'twin', 'up']);
  const rollout = await timed([kb, 'rollout', '--on', 'twin', '--yes']);
  return { boot, rollout };
}
