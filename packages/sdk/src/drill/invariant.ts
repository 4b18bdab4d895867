import type { Clock } from '../wait/index.ts';
import { startSampler, type Sampler } from './sampler.ts';

/** Something that must hold all along, such as "never two writable primaries". */
export interface Invariant<S = unknown> {
  readonly title: string;
  /** What is wrong, such as "two writable primaries: a, b"; undefined when nothing is. One that throws has seen nothing; one that hangs hides what comes after: it needs a time-out of its own. */
  readonly broken: (scope: S) => Promise<string | undefined>;
  /** Milliseconds from one look to the next, 250 when not said; a look never begins before the one before has ended. */
  readonly every?: number;
  /** What the looks kept open is closed; called once they have ended. */
  readonly close?: (scope: S) => Promise<void>;
}

/** Looks at an invariant and keeps count. */
export interface Watch extends Sampler {
  /** Looks that had an answer. */
  looks(): number;
  /** What was seen wrong, in words, with times in milliseconds from `faultAt`. */
  broken(faultAt: number): readonly string[];
}

/** The invariant is looked at from now on until it is stopped. */
export function watchInvariant<S>(invariant: Invariant<S>, scope: S, clock: Clock): Watch {
  const seen = new Map<string, { readonly firstAt: number; readonly times: number }>();
  let looks = 0;
  const look = async (): Promise<void> => {
    const what = await invariant.broken(scope);
    looks += 1;
    if (what === undefined) return;
    const { firstAt = clock.now(), times = 0 } = seen.get(what) ?? {};
    seen.set(what, { firstAt, times: times + 1 });
  };
  const sampler = startSampler(look, { every: invariant.every ?? 250, clock });
  let closed: Promise<void> | undefined;
  return {
    stop: async () => {
      await sampler.stop();
      await (closed ??= invariant.close?.(scope) ?? Promise.resolve());
    },
    looks: () => looks,
    broken: (faultAt) => [
      // What nobody could look at was not proven.
      ...(looks === 0 ? [`${invariant.title}: no look at it had an answer`] : []),
      ...[...seen].map(([what, { firstAt, times }]) => `${invariant.title}: ${what} (seen ${times} ×, first ${Math.round(firstAt - faultAt)} ms after the fault)`),
    ],
  };
}
