import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Whether this process holds the lock now; a lock whose owner died is taken over, by one of those who try. The folder must be there. */
export function takeLock(file: string): boolean {
  const mine = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  writeFileSync(mine, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { mode: 0o600 });
  try {
    // A link appears with its content: nobody can read a lock that is not signed yet.
    linkSync(mine, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return abandoned(file) && takenOver(file, mine);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The lock of this process is free; that of another stays. */
export function freeLock(file: string): void {
  if (lockOwner(file) === process.pid) rmSync(file, { force: true });
}

/** The living process that holds the lock. */
export function lockOwner(file: string): number | undefined {
  const owner = ownerOf(file);
  return owner !== undefined && lives(owner) ? owner.pid : undefined;
}

/** Those who found it abandoned come one after the other and look again: only what nobody else can replace meanwhile is replaced. */
function takenOver(file: string, mine: string): boolean {
  const turn = `${file}.turn`;
  if (!takeLock(turn)) return false;
  try {
    if (!abandoned(file)) return false;
    renameSync(mine, file);
    return true;
  } finally {
    rmSync(turn, { force: true });
  }
}

/** A lock that is gone is none to take over: the next try takes it. */
function abandoned(file: string): boolean {
  const owner = ownerOf(file);
  return owner !== undefined && !lives(owner);
}

/** A file that a power cut left empty has an owner that does not live. */
function ownerOf(file: string): { pid: number; started: string } | undefined {
  try {
    const [pid = '', started = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return { pid: Number(pid), started };
  } catch {
    return undefined;
  }
}

function lives({ pid, started }: { pid: number; started: string }): boolean {
  try {
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === undefined || started === '' || now === started;
}

/** When the process started, as the kernel counts: its number may be given to another. Undefined where there is no /proc, `dead` for a zombie. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : fields[19];
  } catch {
    return undefined;
  }
}
