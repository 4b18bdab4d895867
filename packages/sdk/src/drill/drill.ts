import type { Answer } from '../wait/index.ts';
import type { DrillPromise } from './promise.ts';
import type { Invariant } from './invariant.ts';
import type { Workload } from './workload.ts';

/** A fault and what the service promises for it. */
export interface Drill<S = unknown> {
  /** The fault in words: "leader process killed". */
  readonly title: string;
  /** What it is called on the command line: "leader-killed". */
  readonly name: string;
  /** It ends within a minute or so, and belongs to the set that is run every day. */
  readonly quick?: true;
  /** It takes so long that it is run only when it is named. */
  readonly long?: true;
  /** The fault is there, or the work that is not to be felt (a switchover) is done. What lasts must end by itself, as all of `Faults` do. */
  readonly inject: (scope: S) => Promise<void>;
  /** What is to be undone besides the faults of `Faults`, which are healed by themselves; called whatever happened before. */
  readonly heal?: (scope: S) => Promise<void>;
  /** Milliseconds that the fault stays once it is there; three times the promised downtime when not said, and one second at least. 0 for what is over at once, such as a killed process. */
  readonly lasting?: number;
  readonly workload: (scope: S) => Workload;
  /** Whether everything is as redundant as before the fault. */
  readonly redundant: (scope: S) => Promise<Answer<unknown>>;
  /** Whether the drill may begin; `redundant` when not said. */
  readonly settle?: (scope: S) => Promise<Answer<unknown>>;
  /** What must never be seen, from before the fault to the end. */
  readonly invariant?: Invariant<S>;
  readonly promise: DrillPromise;
}

/** A drill, as its module describes it. */
export function drill<S>(title: string, about: Omit<Drill<S>, 'title'>): Drill<S> {
  return { title, ...about };
}
