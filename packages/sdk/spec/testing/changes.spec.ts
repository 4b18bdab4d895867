import { describe, expect, it } from 'vitest';
import { sh } from '../../src/command/index.ts';
import { fact, operation } from '../../src/converge/index.ts';
import { changes, virtualClock, wanted } from '../../src/testing/index.ts';

const size = fact({ name: 'size', command: sh`size`, parse: () => 0 });
const grow = operation({ title: 'is big', look: { now: size }, change: ({ now }, { touched }) => [now < 10 && sh`grow ${10 - now}`, touched.includes('disk') && sh`sync`] });

describe('changes', () => {
  it.each([
    ['is big already', 12, []],
    ['is too small', 3, ['grow 7']],
  ])('are those an operation wants when it %s', (_, now, expected) => {
    expect(changes(grow, [[size, now]])).toEqual(expected);
  });

  it('know what was touched before', () => {
    expect(changes(grow, () => 12 as never, { touched: ['disk'] })).toEqual(['sync']);
    expect(wanted(grow, [[size, 3]]).map(({ summary }) => summary)).toEqual(['grow 7']);
  });

  it('fail when the table does not say what was seen', () => {
    expect(() => changes(grow, [])).toThrow('the table does not say what was seen of size size');
  });
});

describe('virtualClock', () => {
  it('wakes pauses in the order in which they end, whoever asked first', async () => {
    const clock = virtualClock(100);
    const order: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.pause(ms);
      order.push(`${name} at ${clock.now()}`);
    };
    await Promise.all([sleeper('slow', 500), sleeper('quick', 20), sleeper('middle', 100).then(() => sleeper('again', 100))]);
    expect(order).toEqual(['quick at 120', 'middle at 200', 'again at 300', 'slow at 600']);
  });
});
