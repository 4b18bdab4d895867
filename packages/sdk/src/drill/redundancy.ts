import { notYet, type Answer, type Clock } from '../wait/index.ts';
import { startSampler, type Sampler } from './sampler.ts';

/** Milliseconds from one look to the next. */
const every = 250;

/** Asks again and again whether everything is redundant. */
export interface RedundancyWatch extends Sampler {
  /**
   * When the yeses began that have not been contradicted since, as an answer once they have gone on for `steady`
   * milliseconds and until `until`: a service notices late what it has lost.
   */
  since(about: { steady: number; until: number }): Answer<number>;
}

/** Everything is asked about from now on until it is stopped; a question that fails is a no. */
export function watchRedundancy(redundant: () => Promise<Answer<unknown>>, clock: Clock): RedundancyWatch {
  let yeses: { from: number; to: number } | undefined;
  let no = 'no answer yet';
  const look = async (): Promise<void> => {
    const answer = await redundant().catch((error: unknown) => notYet(error instanceof Error ? error.message : String(error)));
    const now = clock.now();
    if (answer.done) yeses = { from: yeses?.from ?? now, to: now };
    else {
      yeses = undefined;
      no = answer.seen;
    }
  };
  return {
    ...startSampler(look, { every, clock }),
    since: ({ steady, until }) => {
      if (yeses === undefined) return notYet(no);
      return yeses.to - yeses.from >= steady && yeses.to >= until ? { done: true, value: yeses.from } : notYet('redundant since a moment');
    },
  };
}
