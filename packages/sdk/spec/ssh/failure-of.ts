import type { Failure } from '../../src/command/index.ts';

/** The failure of something that must fail. */
export function failureOf(work: Promise<unknown>): Promise<Failure> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (failure: Failure) => failure,
  );
}
