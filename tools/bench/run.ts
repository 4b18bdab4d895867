import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { readState } from '@keybuzz/twin/state';
import { measure } from './measure.ts';
import { table, withTable } from './table.ts';
import { timed, type Timing } from './timed.ts';

// Boots a twin of its own from nothing, beside the one of the checkout, rolls out, measures, writes the table of the
// README and takes that twin down. About fifteen minutes on 2 cores. PYTHON names a Python of 3.12 or later for the
// peers; `--keep` measures on the twin of the checkout that is up, and leaves it.

const root = resolve(import.meta.dirname, '..', '..');
const kb = join(root, 'kb');
if (process.argv.includes('--keep')) await measured();
else {
  process.env['KEYBUZZ_TWIN_LABEL'] = 'bench';
  try {
    await measured(await fromNothing());
  } finally {
    await timed([kb, 'twin', 'down']);
  }
}

async function measured(fresh?: { boot: Timing; rollout: Timing }): Promise<void> {
  const twin = readState(root);
  if (twin === undefined) throw new Error('no twin is up: leave --keep out');
  const rows = await measure(root, twin);
  const text = table(rows, { hosts: twin.hosts.length, machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`, ...(fresh === undefined ? {} : { fresh }) });
  const readme = join(root, 'README.md');
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), text));
  console.log(text);
}

async function fromNothing(): Promise<{ boot: Timing; rollout: Timing }> {
  await timed([kb, 'twin', 'down']); // what an earlier run that was killed left
  await timed([kb, 'twin', 'up', '--hosts', 'backup-01']); // the image, once
  await timed([kb, 'twin', 'down']);
  const boot = await timed([kb, 'twin', 'up']);
  const rollout = await timed([kb, 'rollout', '--on', 'twin', '--yes']);
  return { boot, rollout };
}
