import type { Result } from './result.ts';

/** The ways a rollout can fail; code switches on these, never on a message. */
export type FailureKind =
  | 'unreachable'    // no connection: down, refused, timed out
  | 'refused'        // the host answered and said no: key, user, sudo
  | 'hostKeyChanged' // it may be another machine
  | 'connectionLost' // cut while a command ran
  | 'failed'         // a command exited non-zero
  | 'notConverged'   // commands succeeded, the state is still not there
  | 'timedOut'       // a condition did not come true in time
  | 'rolledBack'     // a guarded change locked us out and the host restored what it had
  | 'unsafe'         // going on could lose what the hosts have
  | 'badConfig'      // stack, inventory or secret store
  | 'locked'         // another operator
  | 'interrupted';   // Ctrl-C

/** Where and on what a failure happened, as far as it is known. */
export interface FailureContext {
  readonly host?: string | undefined;
  readonly module?: string | undefined;
  readonly verb?: string | undefined;
  readonly operation?: string | undefined;
  readonly command?: string | undefined;
  readonly result?: Result | undefined;
  /** What the commands of the same batch that had ended before left. */
  readonly completed?: readonly Result[] | undefined;
  /** The next command for the operator to type. */
  readonly next?: string | undefined;
  readonly cause?: unknown;
}

/** An error that says what was wanted, what was seen, where, and the next move. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly context: FailureContext;

  constructor(kind: FailureKind, message: string, context: FailureContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.context = context;
  }

  /** The same failure, knowing more of where it happened; what it knew already stays. */
  within(context: FailureContext): Failure {
    const known = Object.fromEntries(Object.entries(this.context).filter(([, value]) => value !== undefined));
    const located = new Failure(this.kind, this.message, { ...context, ...known });
    if (this.stack !== undefined) located.stack = this.stack;
    return located;
  }
}

/** Any thrown value as a Failure; an unknown one is wrapped once and kept as the cause. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure('failed', error instanceof Error ? error.message : String(error), { cause: error });
}
