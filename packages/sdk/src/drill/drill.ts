import type { Answer } from '../wait/index.ts';
import type { DrillPromise } from './analysis.ts';
import type { Workload } from './workload.ts';

/** A fault and what the service promises for it. */
export interface Drill<S = unknown> {
  /** The fault in words: "leader process killed". */
  readonly title: string;
  /** The fault is there. It heals by itself when nobody heals it: whoever writes one starts a timer on the host first. */
  readonly inject: (scope: S) => Promise<void>;
  /** The fault is gone; called once the service had its chance, and whatever happened before. */
  readonly heal: (scope: S) => Promise<void>;
  readonly workload: (scope: S) => Workload;
  /** Whether everything is as redundant as before the fault. */
  readonly redundant: (scope: S) => Promise<Answer<unknown>>;
  readonly promise: DrillPromise;
}

/** A drill, as its module describes it. */
export function drill<S>(title: string, about: Omit<Drill<S>, 'title'>): Drill<S> {
  return { title, ...about };
}
