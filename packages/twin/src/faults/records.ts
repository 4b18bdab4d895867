import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { twinFolder } from '../state.ts';
import type { ActiveFault } from './fault.ts';

/** The faults that act now, oldest deadline first. */
export function activeFaults(options: { readonly name: string }): ActiveFault[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder(options.name)).filter((name) => name.endsWith('.json'));
  } catch {
    // No fault was ever made.
  }
  const all = names.map((name) => JSON.parse(readFileSync(`${folder(options.name)}/${name}`, 'utf8')) as ActiveFault);
  return all.toSorted((a, b) => a.healAt.localeCompare(b.healAt));
}

/** The fault is on record, whole, before it acts. */
export function record(name: string, active: ActiveFault): void {
  mkdirSync(folder(name), { recursive: true });
  writeFileSync(`${folder(name)}/${active.id}.new`, JSON.stringify(active));
  renameSync(`${folder(name)}/${active.id}.new`, `${folder(name)}/${active.id}.json`);
}

/** The fault is no longer on record. */
export function forget(name: string, id: string): void {
  rmSync(`${folder(name)}/${id}.json`, { force: true });
}

function folder(name: string): string {
  return `${twinFolder(name)}/faults`;
}
