import type { Clock } from '../wait/index.ts';

/** Milliseconds that the last look may take once nobody wants more. */
const lastLook = 5000;

/** Looks again and again. */
export interface Sampler {
  /** No look is begun any more, and the one under way has ended or is not waited for any longer. */
  stop(): Promise<void>;
}

/** A look is taken now and `every` milliseconds after the one before has ended; one that throws has seen nothing. */
export function startSampler(look: () => Promise<void>, { every, clock }: { every: number; clock: Clock }): Sampler {
  let stopping = false;
  const running = (async () => {
    while (!stopping) {
      await look().catch(() => undefined);
      if (!stopping) await clock.pause(every);
    }
  })();
  return {
    stop: () => {
      stopping = true;
      return Promise.race([running, clock.pause(lastLook)]);
    },
  };
}
