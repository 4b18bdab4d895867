import { Failure } from '../command/index.ts';
import { machineClock, met, notYet, waitFor, type Clock } from '../wait/index.ts';
import { broken, effectOf, type Effect } from './analysis.ts';
import type { Drill } from './drill.ts';
import { startWriter, type Writer } from './workload.ts';

/** How long things may take, in milliseconds. */
export interface DrillTimes {
  readonly clock?: Clock;
  /** Until the service must have acknowledged a few writes before the fault; 30 000 when not said. */
  readonly warmUp?: number;
  /** How long the fault stays before it is healed; three times the promised downtime when not said, and one second at least. */
  readonly faultFor?: number;
  /** Until everything must be redundant again once the fault is healed; 300 000 when not said. */
  readonly recovery?: number;
}

/** What a drill found. */
export interface DrillResult extends Effect {
  readonly title: string;
  readonly verdict: 'kept' | 'broken';
  readonly broken: readonly string[];
}

const before = 10;

/** The fault was there and is healed, whatever happened; its effect was measured by a client that wrote all along. */
export async function runDrill<S>(drill: Drill<S>, scope: S, times: DrillTimes = {}): Promise<DrillResult> {
  const { clock = machineClock, warmUp = 30_000, faultFor = Math.max(1000, drill.promise.downtime * 3), recovery = 300_000 } = times;
  const workload = drill.workload(scope);
  const writer = startWriter(workload, clock);
  try {
    await warm(writer, { title: drill.title, clock, within: warmUp });
    const faultAt = clock.now();
    await faulty(drill, scope, () => clock.pause(faultFor));
    const redundantAt = await redundancy(drill, scope, { clock, within: recovery });
    await clock.pause(before * (workload.every ?? 20));
    const endedAt = clock.now();
    await writer.stop();
    const effect = effectOf(writer.written, await workload.read(), { faultAt, endedAt, redundantAt });
    const found = broken(effect, drill.promise);
    return { title: drill.title, ...effect, verdict: found.length === 0 ? 'kept' : 'broken', broken: found };
  } finally {
    await writer.stop();
    await workload.cleanUp();
  }
}

/** The service took a few writes; without them a drill would measure nothing. */
async function warm(writer: Writer, about: { title: string; clock: Clock; within: number }): Promise<void> {
  const { title, clock, within } = about;
  const count = (): number => writer.written.filter((record) => record.acknowledgedAt !== undefined).length;
  const probe = async () => (count() >= before ? met(true) : notYet(`${count()} writes acknowledged`));
  try {
    await waitFor('the service takes writes before the fault', probe, { within, every: 50, clock });
  } catch (cause) {
    throw new Failure('timedOut', `${title}: not begun, for the service is not well: ${(cause as Error).message}`, { next: 'keybuzz health', cause });
  }
}

async function faulty<S>(drill: Drill<S>, scope: S, during: () => Promise<void>): Promise<void> {
  try {
    await drill.inject(scope);
    await during();
  } finally {
    await drill.heal(scope);
  }
}

/** When everything was redundant again; undefined when it was not in time. */
async function redundancy<S>(drill: Drill<S>, scope: S, { clock, within }: { clock: Clock; within: number }): Promise<number | undefined> {
  try {
    await waitFor('everything is redundant again', () => drill.redundant(scope), { within, every: 250, clock });
    return clock.now();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'timedOut') return undefined;
    throw error;
  }
}
