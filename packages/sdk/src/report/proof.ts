import { asFailure } from '../command/index.ts';
import type { Proof } from './event.ts';

/** What trying a promise found. */
export interface Outcome {
  /** Undefined: it could not be tried here, and `seen` says why. */
  readonly holds: boolean | undefined;
  readonly seen: string;
}

/** The outcome as one value. */
export const holds = (is: boolean, seen: string): Outcome => ({ holds: is, seen });

/** The promise was tried, on one host or as a whole; a try that throws is a failed proof that says why. */
export async function proof({ title, host }: { title: string; host?: string | undefined }, prove: () => Promise<Outcome>): Promise<Proof> {
  try {
    const outcome = await prove();
    return { title, host, status: outcome.holds === undefined ? 'skipped' : outcome.holds ? 'passed' : 'failed', seen: outcome.seen };
  } catch (error) {
    return { title, host, status: 'failed', seen: asFailure(error).message };
  }
}
