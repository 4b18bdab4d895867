import { Failure } from '../command/index.ts';
import { machineClock, type Clock } from './clock.ts';

/** What a probe answers: done with a value, or not yet with what it saw. */
export type Answer<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly seen: string };

/** The condition holds. */
export const met = <T>(value: T): Answer<T> => ({ done: true, value });

/** The condition does not hold yet; `seen` is what the time-out will tell. */
export const notYet = (seen: string): Answer<never> => ({ done: false, seen });

export interface Patience {
  /** Milliseconds until it fails. */
  readonly within: number;
  /** Milliseconds between two questions, 1000 by default. */
  readonly every?: number;
  readonly clock?: Clock;
}

/**
 * The value of the probe once it is done. An error of the probe counts as "not yet".
 * Throws Failure `timedOut` that carries the last answer.
 */
export async function waitFor<T>(what: string, probe: () => Promise<Answer<T>>, { within, every = 1000, clock = machineClock }: Patience): Promise<T> {
  const deadline = clock.now() + within;
  for (;;) {
    const answer = await ask(probe);
    if (answer.done) return answer.value;
    if (clock.now() + every > deadline) throw new Failure('timedOut', `${what}: not within ${within / 1000} s; last seen: ${answer.seen}`);
    await clock.pause(every);
  }
}

async function ask<T>(probe: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await probe();
  } catch (error) {
    return notYet(error instanceof Error ? error.message : String(error));
  }
}
