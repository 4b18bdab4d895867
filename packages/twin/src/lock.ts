import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { until } from './until.ts';
import { TwinError } from './twin-error.ts';

/** The work was done by this process alone; a lock whose owner has died counts as free. */
export async function withLock<T>(file: string, within: number, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const got = await until({ within, every: 100 }, () => take(file));
  if (!got) {
    throw new TwinError({
      wanted: `the lock ${file} within ${within / 1000} s`,
      seen: `process ${owner(file) ?? 'unknown'} holds it and is alive`,
      next: 'wait for the other command to end, or stop it, then run this one again',
    });
  }
  try {
    return await work();
  } finally {
    if (owner(file) === process.pid) rmSync(file, { force: true });
  }
}

function take(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid} ${startTime(process.pid)}\n`);
  try {
    // A link appears with its content, so nobody can read a lock that is not signed yet.
    linkSync(mine, file);
    return true;
  } catch {
    if (owner(file) === undefined) rmSync(file, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The living process that wrote the lock: its start time guards against a reused number. */
function owner(file: string): number | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return startTime(Number(pid)) === started ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

function startTime(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field may hold spaces; the fields after its closing bracket cannot. starttime is field 22.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
