import type { Clock } from '../wait/index.ts';

/** A clock that stands still while anything runs and jumps to the next pause that ends when nothing does. */
export interface VirtualClock extends Clock {
  /** How long all pauses so far were asked to be, in order. */
  readonly pauses: readonly number[];
}

export function virtualClock(start = 0): VirtualClock {
  let now = start;
  const waiting: { at: number; wake: () => void }[] = [];
  const pauses: number[] = [];
  let ticking = false;
  const tick = (): void => {
    waiting.sort((a, b) => a.at - b.at);
    const next = waiting.shift();
    if (next !== undefined) {
      now = Math.max(now, next.at);
      next.wake();
    }
    ticking = waiting.length > 0;
    if (ticking) setImmediate(tick);
  };
  return {
    pauses,
    now: () => now,
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return new Promise((wake) => {
        waiting.push({ at: now + milliseconds, wake });
        if (!ticking) setImmediate(tick);
        ticking = true;
      });
    },
  };
}
