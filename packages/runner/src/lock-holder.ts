import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** Who holds a lock, as written on the host. */
export interface Holder {
  readonly who: string;
  readonly machine: string;
  readonly boot: string;
  readonly pid: number;
  /** When the process started, as its kernel counts; a later process with the same number is another one. */
  readonly started: string | undefined;
  readonly why: string;
  readonly since: string;
}

/** This process, as a holder of a lock. */
export function thisProcess(why: string): Holder {
  return { who: userInfo().username, machine: hostname(), boot: bootId(), pid: process.pid, started: startOf(process.pid), why, since: new Date().toISOString() };
}

/** What was written, or undefined when it is none of ours or not whole. */
export function parsedHolder(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether the holder was a process of this very machine and boot that is gone, or dead and not yet buried. */
export function died(other: Holder): boolean {
  if (other.machine !== hostname() || other.boot !== bootId() || startOf(process.pid) === undefined) return false;
  return startOf(other.pid) !== other.started;
}

/** Undefined for a process that is gone or a zombie, and where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
