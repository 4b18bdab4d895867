import { randomBytes } from 'node:crypto';
import { childScript } from '../child-script.ts';
import { keeperPids, startKeeper } from '../keepers.ts';
import { withLock } from '../lock.ts';
import { requireState } from '../status.ts';
import { twinFolder } from '../state.ts';
import type { ActiveFault, Fault } from './fault.ts';
import { activeFaults, forget, record } from './records.ts';
import { checkNames, inject, killMatching, undo } from './inject.ts';

/** The twin, the hosts and the fault; `healAfter` (ms, ten minutes if not said) is when it heals even if nobody asks. */
export type FaultOptions = { readonly name: string; readonly hosts: readonly string[]; readonly healAfter?: number } & Fault;

/** What was done: the recorded fault, or the processes killed. */
export type FaultResult = { readonly active: ActiveFault | undefined; readonly killed: readonly number[] };

/** The fault acts on the hosts, and a watchdog outside of this process will end it when its time is up. */
export async function fault(options: FaultOptions): Promise<FaultResult> {
  const { name, hosts, healAfter = 600_000, ...rest } = options;
  const what: Fault = rest;
  checkNames(name, hosts, what);
  if (what.kind === 'kill') return { active: undefined, killed: hosts.flatMap((host) => killMatching(name, host, what.pattern)) };
  return exclusively(name, async () => {
    const id = `${what.kind}-${randomBytes(3).toString('hex')}`;
    const active: ActiveFault = { id, hosts, fault: what, healAt: new Date(Date.now() + healAfter).toISOString() };
    // Recorded and watched before it acts: whatever happens to this process, it will be undone.
    record(name, active);
    startWatchdog(name, id, healAfter);
    try {
      await inject(name, active, activeFaults({ name }));
    } catch (error) {
      await end(name, active).catch(() => {});
      throw error;
    }
    return { active, killed: [] };
  });
}

/** The faults are undone: the one with this id, those on these hosts, or all; the result lists them. */
export async function heal(options: { readonly name: string; readonly id?: string; readonly hosts?: readonly string[] }): Promise<readonly ActiveFault[]> {
  const { name, id, hosts } = options;
  requireState(name);
  return exclusively(name, async () => {
    const chosen = activeFaults({ name }).filter(
      (one) => (id === undefined || one.id === id) && (hosts === undefined || one.hosts.some((host) => hosts.includes(host))),
    );
    for (const one of chosen) await end(name, one);
    return chosen;
  });
}

async function end(name: string, one: ActiveFault): Promise<void> {
  await undo(name, one, activeFaults({ name }).filter((other) => other.id !== one.id));
  forget(name, one.id);
  for (const pid of keeperPids(name, watchdog(one.id))) if (pid !== process.pid) process.kill(-pid, 'SIGKILL');
}

function startWatchdog(name: string, id: string, healAfter: number): void {
  // A shell that waits costs a hundredth of a Node that does.
  const wait = 'sleep "$1"; shift; exec "$@"';
  const argv = ['sh', '-c', wait, watchdog(id), `${Math.ceil(healAfter / 1000)}`, process.execPath, childScript('heal-main'), name, id];
  startKeeper(name, argv, `${twinFolder(name)}/watchdog.log`);
}

function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  return withLock(`${twinFolder(name)}/faults.lock`, 120_000, work);
}

function watchdog(id: string): string {
  return `watchdog-${id}`;
}
