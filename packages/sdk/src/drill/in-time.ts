import type { Clock } from '../wait/index.ts';

/** What the work resolved to, or an error when it did not within so many milliseconds; the work itself goes on. */
export async function inTime<T>(work: Promise<T>, { within, clock, what }: { within: number; clock: Clock; what: string }): Promise<T> {
  const late = clock.pause(within).then(() => {
    throw new Error(`no ${what} within ${within} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([work, late]);
}
