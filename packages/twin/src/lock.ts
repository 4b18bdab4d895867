import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { freeLock, lockOwner, takeLock } from '@keybuzz/sdk/lock-file';
import { until } from './until.ts';
import { TwinError } from './twin-error.ts';

/** The work was done by this process alone; a lock whose owner has died counts as free. */
export async function withLock<T>(file: string, within: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const got = await until({ within, every: 100 }, () => takeLock(file));
  if (!got) {
    throw new TwinError({
      wanted: `the lock ${file} within ${within / 1000} s`,
      seen: `process ${lockOwner(file) ?? 'unknown'} holds it and is alive`,
      next: 'wait for the other command to end, or stop it, then run this one again',
    });
  }
  try {
    return await work();
  } finally {
    freeLock(file);
  }
}
