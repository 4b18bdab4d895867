/** One numbered record as the client saw it; times in milliseconds of the drill's clock. */
export interface WrittenRecord {
  readonly number: number;
  readonly firstTriedAt: number;
  /** Undefined when it was never acknowledged. */
  readonly acknowledgedAt: number | undefined;
  /** How often it was sent; more than once when the client had no answer. */
  readonly tries: number;
}

/** When things happened in a drill. */
export interface Moments {
  readonly faultAt: number;
  /** When the client stopped writing. */
  readonly endedAt: number;
  /** When everything was redundant again; undefined when it was not within its time. */
  readonly redundantAt: number | undefined;
}

/** What a fault did, as a client of the service saw it. */
export interface Effect {
  /** Milliseconds: the longest time without an acknowledged write that had not ended when the fault came. */
  readonly downtime: number;
  readonly acknowledged: number;
  /** Numbers that were acknowledged and are not there. */
  readonly lost: readonly number[];
  /** Numbers that are there more than once. */
  readonly duplicated: readonly number[];
  /** Milliseconds from the fault; undefined when it did not come. */
  readonly redundantAfter: number | undefined;
}

/** The effect of a fault, from what the client wrote and what it reads back at the end. */
export function effectOf(written: readonly WrittenRecord[], present: readonly number[], moments: Moments): Effect {
  const { faultAt, redundantAt } = moments;
  const acknowledged = written.filter((record) => record.acknowledgedAt !== undefined);
  const there = new Set(present);
  return {
    downtime: downtime(acknowledged.map((record) => record.acknowledgedAt as number), moments),
    acknowledged: acknowledged.length,
    lost: acknowledged.map(({ number }) => number).filter((number) => !there.has(number)),
    duplicated: [...new Set(present.filter((number, at) => present.indexOf(number) !== at))].toSorted((a, b) => a - b),
    redundantAfter: redundantAt === undefined ? undefined : redundantAt - faultAt,
  };
}

/** The longest gap between acknowledgements that ends after the fault; one that is still open ends with the drill. */
export function downtime(acknowledgements: readonly number[], { faultAt, endedAt }: Moments): number {
  const times = [...acknowledgements.filter((at) => at <= endedAt).toSorted((a, b) => a - b), endedAt];
  const gaps = times.map((at, i) => ({ from: times[i - 1] ?? faultAt, to: at })).filter(({ to }) => to > faultAt);
  return Math.max(0, ...gaps.map(({ from, to }) => to - from));
}

/** What a service promises for one fault. */
export interface DrillPromise {
  /** Milliseconds without an acknowledged write, at most. */
  readonly downtime: number;
  /** Acknowledged writes lost, at most; none when not said. */
  readonly lost?: number;
  /** Writes that are there twice, at most; not looked at when not said, for a client that retries cannot always know. */
  readonly duplicated?: number;
  /** Milliseconds from the fault until everything is redundant again, at most; not looked at when not said. */
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
    ...(redundantWithin !== undefined && (effect.redundantAfter ?? Infinity) > redundantWithin ? [`redundant again after ${effect.redundantAfter === undefined ? 'more than its time' : `${effect.redundantAfter} ms`}, promised within ${redundantWithin} ms`] : []),
  ];
}

const few = (numbers: readonly number[]): string => `${numbers.slice(0, 5).join(', ')}${numbers.length > 5 ? ', …' : ''}`;
