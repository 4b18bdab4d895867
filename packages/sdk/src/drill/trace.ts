import { gaps, type Gap, type Moments, type WrittenRecord } from './analysis.ts';

/** What the client saw over time; all times in milliseconds from the fault. */
export interface Trace {
  /** Each acknowledged write: when its answer came, and how long the client had wanted it by then. */
  readonly answers: readonly { readonly at: number; readonly took: number }[];
  /** Times without an acknowledged write long enough to be felt, those of before the fault left out. */
  readonly gaps: readonly Gap[];
  /** When its healing began; undefined when there was nothing to heal. */
  readonly healedAt: number | undefined;
  readonly redundantAt: number | undefined;
  readonly endedAt: number;
}

/** Milliseconds from which on a gap is one that a person could feel. */
const felt = 100;

/** The trace of a drill from what its client wrote. */
export function tracedOf(written: readonly WrittenRecord[], moments: Moments & { healedAt: number | undefined }): Trace {
  const { faultAt, endedAt, redundantAt, healedAt } = moments;
  const fromFault = (at: number): number => Math.round((at - faultAt) * 10) / 10;
  const answers = written.flatMap(({ firstTriedAt, acknowledgedAt }) =>
    acknowledgedAt === undefined || acknowledgedAt > endedAt ? [] : [{ at: acknowledgedAt, took: Math.round((acknowledgedAt - firstTriedAt) * 10) / 10 }]);
  return {
    answers: answers.map(({ at, took }) => ({ at: fromFault(at), took })).toSorted((a, b) => a.at - b.at),
    gaps: gaps(answers.map(({ at }) => at), moments).filter(({ from, to }) => to - from >= felt),
    healedAt: healedAt === undefined ? undefined : fromFault(healedAt),
    redundantAt: redundantAt === undefined ? undefined : fromFault(redundantAt),
    endedAt: fromFault(endedAt),
  };
}
