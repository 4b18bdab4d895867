import { existsSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { withLock } from './lock.ts';
import { restoreLimits, twinFolders } from './machine-limits.ts';
import { nspawn } from './nspawn.ts';
import { stateRoot, twinFolder } from './state.ts';

/** Nothing of the twin is left on this machine; a twin that does not exist is no error (`was` says it). */
export async function down(options: { readonly name: string }): Promise<{ readonly name: string; readonly was: boolean }> {
  const { name } = options;
  if (!existsSync(twinFolder(name))) return { name, was: false };
  await withLock(`${stateRoot()}/${name}.lock`, 30_000, () => nspawn.remove(name));
  await restoreLimits();
  forgetEmptyRoot();
  return { name, was: true };
}

/** No twin is left on this machine, whichever checkout brought it up. */
export async function downAll(): Promise<readonly string[]> {
  const names = twinFolders();
  for (const name of names) await down({ name });
  return names;
}

function forgetEmptyRoot(): void {
  try {
    rmdirSync(stateRoot());
  } catch {
    // Another twin is there, or is just coming up.
    return;
  }
  // systemd-nspawn made it under a tmpfs of ours; empty, it is nobody's.
  if (existsSync('/run/systemd/nspawn') && readdirSync('/run/systemd/nspawn').length === 0) rmSync('/run/systemd/nspawn', { recursive: true });
}
