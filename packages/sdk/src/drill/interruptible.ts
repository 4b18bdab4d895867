import { Failure } from '../command/index.ts';
import type { Clock } from '../wait/index.ts';

/** The clock, whose pauses end with Failure `interrupted` as soon as the signal is given. */
export function interruptible(clock: Clock, signal: AbortSignal | undefined): Clock {
  if (signal === undefined) return clock;
  const interrupted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Failure('interrupted', 'the drill was interrupted; its faults are healed', { next: 'keybuzz health' }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  interrupted.catch(() => undefined);
  return { now: () => clock.now(), pause: (milliseconds) => Promise.race([clock.pause(milliseconds), interrupted]) };
}
