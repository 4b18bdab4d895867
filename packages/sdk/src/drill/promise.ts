import type { Effect } from './analysis.ts';

/** What a service promises for one fault. */
export interface DrillPromise {
  /** Milliseconds without an acknowledged write, at most. */
  readonly downtime: number;
  /** Acknowledged writes lost, at most; none when not said. */
  readonly lost?: number;
  /** Writes that are there twice, at most; not looked at when not said, for a client that retries cannot always know. */
  readonly duplicated?: number;
  /** Milliseconds from the fault until everything is redundant again, at most; whenever it does when not said. */
  readonly redundantWithin?: number;
}

/** What of the promise was broken, in words; nothing when it was kept. */
export function broken(effect: Effect, promise: DrillPromise): readonly string[] {
  const { lost = 0, duplicated, redundantWithin } = promise;
  return [
    ...(effect.acknowledged === 0 ? ['no write was ever acknowledged'] : []),
    ...(effect.downtime > promise.downtime ? [`down for ${effect.downtime} ms, promised at most ${promise.downtime} ms`] : []),
    ...(effect.lost.length > lost ? [`${effect.lost.length} acknowledged writes lost (${few(effect.lost)}), promised at most ${lost}`] : []),
    ...(duplicated !== undefined && effect.duplicated.length > duplicated ? [`${effect.duplicated.length} writes there twice (${few(effect.duplicated)}), promised at most ${duplicated}`] : []),
    ...(effect.redundantAfter === undefined ? [`not redundant again in its time${redundantWithin === undefined ? '' : `, promised within ${redundantWithin} ms`}`] : []),
    ...(redundantWithin !== undefined && (effect.redundantAfter ?? 0) > redundantWithin ? [`redundant again after ${effect.redundantAfter} ms, promised within ${redundantWithin} ms`] : []),
  ];
}

const few = (numbers: readonly number[]): string => `${numbers.slice(0, 5).join(', ')}${numbers.length > 5 ? ', …' : ''}`;
