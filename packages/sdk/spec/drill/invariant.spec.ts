import { describe, expect, it } from 'vitest';
import { watchInvariant } from '../../src/drill/invariant.ts';
import { virtualClock } from '../../src/testing/index.ts';

const title = 'never two writable primaries';

describe('an invariant', () => {
  it('is looked at every quarter of a second, and told once for each way it was broken', async () => {
    const clock = virtualClock(1000);
    const watch = watchInvariant({ title, broken: async () => (clock.now() >= 1500 && clock.now() < 2000 ? 'a, b' : undefined) }, {}, clock);
    await clock.pause(1600);
    await watch.stop();
    expect(watch.looks()).toBe(7);
    expect(watch.broken(1400)).toEqual(['never two writable primaries: a, b (seen 2 ×, first 100 ms after the fault)']);
  });

  it('is not broken by a look that throws, nor proven by it', async () => {
    const clock = virtualClock();
    const watch = watchInvariant({ title, broken: () => Promise.reject(new Error('connection refused')) }, {}, clock);
    await clock.pause(600);
    await watch.stop();
    expect([watch.looks(), watch.broken(0)]).toEqual([0, ['never two writable primaries: no look at it had an answer']]);
  });

  it('is never looked at twice at the same time, and one that hangs does not hold up the end', async () => {
    const clock = virtualClock();
    let looks = 0;
    const watch = watchInvariant({ title, broken: () => ((looks += 1) < 2 ? Promise.resolve(undefined) : new Promise(() => {})) }, {}, clock);
    await clock.pause(10_000);
    await watch.stop();
    expect([looks, watch.looks(), clock.now()]).toEqual([2, 1, 15_000]);
  });

  it('closes what its looks kept open, once', async () => {
    const clock = virtualClock();
    let closed = 0;
    const watch = watchInvariant({ title, broken: async () => undefined, close: async () => void (closed += 1) }, {}, clock);
    await watch.stop();
    await watch.stop();
    expect(closed).toBe(1);
  });
});
