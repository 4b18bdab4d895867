import { setTimeout as after } from 'node:timers/promises';

/** Time as the sdk sees it; specs inject their own. */
export interface Clock {
  /** Milliseconds that only go forward. */
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** The machine's clock. */
export const machineClock: Clock = {
  now: () => performance.now(),
  pause: (milliseconds) => after(milliseconds),
};
