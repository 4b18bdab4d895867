import type { FailureKind } from '../command/index.ts';
import type { DrillPromise, Effect } from '../drill/index.ts';

/** Where something happened. */
export interface Place {
  readonly module: string;
  readonly verb: string;
  readonly host: string;
}

/** A state that was changed (`done`), would be (`planned`), or could not be (`failed`). Texts carry no secret. */
export interface ChangeEvent extends Place {
  readonly type: 'change';
  readonly operation: string;
  readonly summary: string;
  readonly state: 'planned' | 'done' | 'failed';
  readonly difference: string | undefined;
}

/** Something that went wrong on a host, or nowhere in particular (`host` empty). */
export interface FailureEvent extends Place {
  readonly type: 'failure';
  readonly kind: FailureKind;
  readonly message: string;
  readonly operation: string | undefined;
  readonly command: string | undefined;
  /** The end of what the command printed. */
  readonly output: string | undefined;
  readonly next: string | undefined;
}

/** A verb on a module, or on one host of it, began or ended. */
export interface StepEvent {
  readonly type: 'step';
  readonly module: string;
  readonly verb: string;
  /** Undefined for the module as a whole. */
  readonly host: string | undefined;
  readonly state: 'started' | 'finished' | 'failed' | 'blocked';
  /** Why it was blocked. */
  readonly why?: string;
}

/** One answer of `health`: the value seen and the value wanted. */
export interface ProbeEvent extends Probe {
  readonly type: 'probe';
  readonly module: string;
}

export interface Probe {
  readonly title: string;
  /** Undefined when it speaks of the module as a whole. */
  readonly host: string | undefined;
  readonly status: 'ok' | 'degraded' | 'down';
  readonly seen: string;
  readonly wanted: string;
}

/** One proof of `test`. */
export interface ProofEvent extends Proof {
  readonly type: 'proof';
  readonly module: string;
}

export interface Proof {
  readonly title: string;
  readonly host: string | undefined;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What was seen, or why it was skipped. */
  readonly seen: string;
}

/** One line an operator should know: deprecated choices, hosts left out. */
export interface NoteEvent {
  readonly type: 'note';
  readonly message: string;
}

/** A drill that ended: what was promised for its fault and what a client saw, without figures where it failed before it had any. */
export interface DrillEvent extends Partial<Effect> {
  readonly type: 'drill';
  readonly module: string;
  readonly name: string;
  readonly title: string;
  readonly promise: DrillPromise;
  readonly verdict: 'kept' | 'broken';
  /** What of the promise was broken, in words. */
  readonly broken: readonly string[];
}

export type ReportEvent = ChangeEvent | FailureEvent | StepEvent | ProbeEvent | ProofEvent | NoteEvent | DrillEvent;

/** Where events go. The sdk never prints. */
export type Report = (event: ReportEvent) => void;
