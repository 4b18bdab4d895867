import { describe, expect, it } from 'vitest';
import { met, notYet, waitFor } from '../../src/wait/index.ts';
import { virtualClock } from '../../src/testing/index.ts';

describe('waitFor', () => {
  it('answers at once, without a pause, when the condition holds already', async () => {
    const clock = virtualClock();
    expect(await waitFor('a leader', async () => met('node-1'), { within: 10_000, clock })).toBe('node-1');
    expect(clock.pauses).toEqual([]);
  });

  it('asks every so often until the condition holds', async () => {
    const clock = virtualClock();
    const answers = [notYet('none'), notYet('two'), met('node-2')];
    expect(await waitFor('a leader', async () => answers.shift() ?? notYet('nobody'), { within: 10_000, every: 500, clock })).toBe('node-2');
    expect(clock.pauses).toEqual([500, 500]);
    expect(clock.now()).toBe(1000);
  });

  it('fails as timedOut with what it waited for, how long, and the last answer', async () => {
    const clock = virtualClock();
    let asked = 0;
    const failed = waitFor('a leader', async () => notYet(`${(asked += 1)} nodes say no`), { within: 3000, clock });
    await expect(failed).rejects.toMatchObject({ kind: 'timedOut', message: 'a leader: not within 3 s; last seen: 4 nodes say no' });
    expect(clock.now()).toBe(3000);
  });

  it('takes an error of the probe for an answer, and carries it when time is up', async () => {
    const clock = virtualClock();
    const failed = waitFor('the port', () => Promise.reject(new Error('connection refused')), { within: 1000, clock });
    await expect(failed).rejects.toMatchObject({ kind: 'timedOut', message: 'the port: not within 1 s; last seen: connection refused' });
  });

  it('asks once even when there is no time at all', async () => {
    expect(await waitFor('x', async () => met(1), { within: 0, clock: virtualClock() })).toBe(1);
  });
});
