/** One numbered record as the client saw it; times in milliseconds of the drill's clock. */
export interface WrittenRecord {
  readonly number: number;
  readonly firstTriedAt: number;
  /** When the first acknowledgement came; undefined when none ever did. */
  readonly acknowledgedAt: number | undefined;
  /** How often it was sent; more than once when the client had no answer. */
  readonly tries: number;
}

/** When things happened in a drill. */
export interface Moments {
  /** When the fault was begun to be made. */
  readonly faultAt: number;
  /** When the client stopped writing. */
  readonly endedAt: number;
  /** When everything was redundant again; undefined when it was not within its time. */
  readonly redundantAt: number | undefined;
}

/** A time without an acknowledged write; milliseconds from the fault, so one that began before has a negative `from`. */
export interface Gap {
  readonly from: number;
  readonly to: number;
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
  const there = new Set<number>();
  const twice = new Set<number>();
  for (const number of present) (there.has(number) ? twice : there).add(number);
  return {
    downtime: downtime(acknowledged.map((record) => record.acknowledgedAt as number), moments),
    acknowledged: acknowledged.length,
    lost: acknowledged.map(({ number }) => number).filter((number) => !there.has(number)),
    duplicated: [...twice].toSorted((a, b) => a - b),
    redundantAfter: redundantAt === undefined ? undefined : Math.round(redundantAt - faultAt),
  };
}

/** The longest gap in whole milliseconds. */
export function downtime(acknowledgements: readonly number[], moments: Moments): number {
  return Math.round(gaps(acknowledgements, moments).reduce((longest, { from, to }) => Math.max(longest, to - from), 0));
}

/**
 * The times between acknowledgements that had not ended when the fault came, in order. One that is still open ends
 * with the drill; one without an acknowledgement before it begins with the fault.
 */
export function gaps(acknowledgements: readonly number[], { faultAt, endedAt }: Moments): readonly Gap[] {
  const times = [...acknowledgements.filter((at) => at < endedAt).toSorted((a, b) => a - b), endedAt];
  return times.map((at, i) => ({ from: (times[i - 1] ?? faultAt) - faultAt, to: at - faultAt })).filter(({ to }) => to > 0);
}
