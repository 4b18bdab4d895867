import { Failure } from '../command/index.ts';
import { machineClock, met, notYet, waitFor, type Clock } from '../wait/index.ts';
import { effectOf, type Effect } from './analysis.ts';
import type { Drill } from './drill.ts';
import { interruptible } from './interruptible.ts';
import { watchInvariant } from './invariant.ts';
import { broken } from './promise.ts';
import { watchRedundancy } from './redundancy.ts';
import { tracedOf, type Trace } from './trace.ts';
import { startWriter, type Workload, type Writer } from './workload.ts';

/** How long things may take, in milliseconds, and who wants to know. */
export interface DrillTimes {
  readonly clock?: Clock | undefined;
  /** Until everything must be redundant before the drill begins; 300 000 when not said. */
  readonly settling?: number;
  /** Until the service must have acknowledged a few writes before the fault; 30 000 when not said. */
  readonly warmUp?: number;
  /** Until everything must be redundant again once the fault is healed; 300 000 when not said. */
  readonly recovery?: number;
  /** How long it must stay redundant to count; 2000 when not said. */
  readonly steady?: number;
  /** The drill heals, cleans up and ends with Failure `interrupted` when it is given. */
  readonly signal?: AbortSignal | undefined;
  /** Told what happens, as it happens. */
  readonly note?: (message: string) => void;
}

/** What a drill found. */
export interface DrillResult extends Effect {
  readonly name: string;
  readonly title: string;
  readonly verdict: 'kept' | 'broken';
  readonly broken: readonly string[];
  readonly trace: Trace;
}

/** Writes that must come through before the fault. */
const fewWrites = 10;
/** Milliseconds of ordinary writes before the fault and after the end, to compare with. */
const ordinary = 1000;
/** Milliseconds in which a service notices what it has lost: the time-outs of its connections and leases. */
const noticing = 30_000;
/** Milliseconds until what was written must be readable once everything is redundant again. */
const readable = 30_000;

/** How long the drill's fault stays, in milliseconds. */
export function lastingOf({ lasting, promise }: Pick<Drill, 'lasting' | 'promise'>): number {
  return lasting ?? watched(promise.downtime);
}

/** The fault was there and is healed, whatever happened; its effect was measured by a client that wrote all along. */
export async function runDrill<S>(drill: Drill<S>, scope: S, times: DrillTimes = {}): Promise<DrillResult> {
  const { clock: unstopped = machineClock, recovery = 300_000, steady = 2000, note = () => undefined } = times;
  const clock = interruptible(unstopped, times.signal);
  await settled(drill, scope, { ...times, clock });
  const workload = drill.workload(scope);
  const writer = startWriter(workload, unstopped);
  const invariant = drill.invariant === undefined ? undefined : watchInvariant(drill.invariant, scope, unstopped);
  try {
    await warm(writer, { ...times, title: drill.title, clock });
    const faultAt = clock.now();
    const redundancy = watchRedundancy(() => drill.redundant(scope), unstopped);
    try {
      note(`the fault: ${drill.title}`);
      const healing = await faulty(drill, scope, clock);
      note(healing === undefined ? 'waiting until everything is redundant again' : `healed after ${Math.round(healing - faultAt)} ms; waiting until everything is redundant again`);
      const until = Math.max(clock.now(), faultAt + watched(drill.promise.downtime));
      const redundantAt = await intime(() => waitFor('everything is redundant again', async () => redundancy.since({ steady, until }), { within: until - clock.now() + recovery, every: 50, clock }));
      await clock.pause(ordinary);
      const endedAt = clock.now();
      await Promise.all([writer.stop(), invariant?.stop()]);
      const moments = { faultAt, endedAt, redundantAt };
      const effect = effectOf(writer.written, await readBack(workload, clock), moments);
      const found = [...broken(effect, drill.promise), ...(invariant?.broken(faultAt) ?? [])];
      const trace = tracedOf(writer.written, { ...moments, healedAt: healing });
      return { name: drill.name, title: drill.title, ...effect, verdict: found.length === 0 ? 'kept' : 'broken', broken: found, trace };
    } finally {
      await redundancy.stop();
    }
  } finally {
    await Promise.all([writer.stop(), invariant?.stop()]);
    await workload.cleanUp().catch((error: unknown) => note(`what the drill wrote could not be removed: ${error instanceof Error ? error.message : String(error)}`));
  }
}

/** Milliseconds from the fault for which the service is watched at least: what a fault does may show late. */
function watched(downtime: number): number {
  return Math.max(1000, Math.min(downtime * 3, downtime + noticing));
}

/** Everything is redundant; a drill on less would measure another fault than its own. */
async function settled<S>(drill: Drill<S>, scope: S, { clock, settling = 300_000 }: DrillTimes & { clock: Clock }): Promise<void> {
  const { settle = drill.redundant } = drill;
  await begun(drill.title, () => waitFor('everything is redundant before the fault', () => settle(scope), { within: settling, every: 250, clock }));
}

/** The service took a few writes; without them a drill would measure nothing. */
async function warm(writer: Writer, { title, clock, warmUp = 30_000 }: DrillTimes & { title: string; clock: Clock }): Promise<void> {
  const probe = async () => (writer.acknowledged() >= fewWrites ? met(true) : notYet(`${writer.acknowledged()} writes acknowledged`));
  await begun(title, () => waitFor('the service takes writes before the fault', probe, { within: warmUp, every: 50, clock }));
  await clock.pause(ordinary);
}

async function begun(title: string, ready: () => Promise<unknown>): Promise<void> {
  try {
    await ready();
  } catch (cause) {
    if (!(cause instanceof Failure) || cause.kind !== 'timedOut') throw cause;
    throw new Failure('timedOut', `${title}: not begun, for the service is not well: ${cause.message}`, { next: 'keybuzz health', cause });
  }
}

/** The fault was there for its time and is healed: when that began, undefined where nothing lasted. */
async function faulty<S>(drill: Drill<S>, scope: S, clock: Clock): Promise<number | undefined> {
  const lasting = lastingOf(drill);
  let endedAt: number | undefined;
  try {
    await drill.inject(scope);
    if (lasting > 0) await clock.pause(lasting);
    endedAt = clock.now();
  } finally {
    await drill.heal?.(scope);
  }
  return lasting > 0 ? endedAt : undefined;
}

/** Undefined when it did not come in its time. */
async function intime<T>(wait: () => Promise<T>): Promise<T | undefined> {
  try {
    return await wait();
  } catch (error) {
    if (error instanceof Failure && error.kind === 'timedOut') return undefined;
    throw error;
  }
}

/** The numbers that are there; a service that is just well again may need a moment. */
function readBack(workload: Workload, clock: Clock): Promise<readonly number[]> {
  return waitFor('what was written can be read', async () => met(await workload.read()), { within: readable, every: 1000, clock });
}
