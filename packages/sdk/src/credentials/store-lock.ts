import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { met, notYet, waitFor } from '../wait/index.ts';
import { freeLock, lockOwner, takeLock } from './lock-file.ts';

/** The work ran while no other process of this machine changed the file; a lock whose owner died is taken over. */
export async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  mkdirSync(dirname(lock), { recursive: true, mode: 0o700 });
  await waitFor(`${lock} is free`, () => Promise.resolve(takeLock(lock) ? met(true) : notYet(`held by process ${lockOwner(lock) ?? 'unknown'}`)), { within: 20_000, every: 50 });
  try {
    return await work();
  } finally {
    freeLock(lock);
  }
}
