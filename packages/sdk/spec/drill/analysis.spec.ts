import { describe, expect, it } from 'vitest';
import { broken, downtime, effectOf, gaps, type WrittenRecord } from '../../src/drill/index.ts';

const moments = { faultAt: 1000, endedAt: 3000, redundantAt: 2500 };
const record = (number: number, acknowledgedAt: number | undefined): WrittenRecord => ({ number, firstTriedAt: 0, acknowledgedAt, tries: 1 });

describe('downtime', () => {
  it.each([
    ['the gap between the last write before the fault and the first after it', [960, 980, 2100, 2120, 2980], 1120],
    ['the longest gap after the fault, also when it is not the first', [980, 1100, 1120, 2000, 2020, 2980], 960],
    ['the usual distance of two writes when nothing was felt', Array.from({ length: 150 }, (_, i) => 20 * (i + 1)), 20],
    ['all the time until the end when no write came through any more', [900, 990], 2010],
    ['all the time since the fault when no write ever came through', [], 2000],
    ['nothing of a gap before the fault', [100, 900, 990, ...Array.from({ length: 101 }, (_, i) => 1000 + 20 * i)], 20],
    ['the same whatever the order of the records', [2980, 980, 2120, 960, 2100], 1120],
  ])('is %s', (_, acknowledgements, expected) => {
    expect(downtime(acknowledgements, moments)).toBe(expected);
  });
});

describe('gaps', () => {
  it('are told in order, from the fault on, the one that the fault fell into whole', () => {
    expect(gaps([960, 1500, 1520, 2400], moments)).toEqual([{ from: -40, to: 500 }, { from: 500, to: 520 }, { from: 520, to: 1400 }, { from: 1400, to: 2000 }]);
  });

  it('begin with the fault when nothing was acknowledged before it, and end with the drill', () => {
    expect(gaps([], moments)).toEqual([{ from: 0, to: 2000 }]);
  });

  it('do not end with an answer that came after the drill did', () => {
    expect(gaps([990, 3500], moments)).toEqual([{ from: -10, to: 2000 }]);
  });
});

describe('effectOf', () => {
  it('calls lost what was acknowledged and is not there, and nothing else', () => {
    const written = [record(1, 900), record(2, 1500), record(3, undefined), record(4, 2990)];
    expect(effectOf(written, [4, 1, 3], moments)).toEqual({ downtime: 1490, acknowledged: 3, lost: [2], duplicated: [], redundantAfter: 1500 });
  });

  it('calls duplicated what is there more than once, each number once', () => {
    expect(effectOf([record(1, 900), record(2, 1500)], [2, 1, 2, 2, 1], moments)).toMatchObject({ lost: [], duplicated: [1, 2] });
  });

  it('is quick also with the records of an hour', () => {
    const numbers = Array.from({ length: 180_000 }, (_, i) => i + 1);
    expect(effectOf(numbers.map((number) => record(number, 1000 + number / 100)), [...numbers, 7], moments)).toMatchObject({ lost: [], duplicated: [7] });
  });

  it('has no time to redundancy when it did not come', () => {
    expect(effectOf([record(1, 900)], [1], { ...moments, redundantAt: undefined }).redundantAfter).toBeUndefined();
  });
});

describe('a promise', () => {
  const effect = { downtime: 800, acknowledged: 100, lost: [], duplicated: [7], redundantAfter: 4000 };

  it('is kept when nothing is worse than it', () => {
    expect(broken(effect, { downtime: 800, redundantWithin: 4000, duplicated: 1 })).toEqual([]);
    expect(broken(effect, { downtime: 800 })).toEqual([]);
  });

  it('is broken by each thing that is worse, in words and figures', () => {
    const worse = { ...effect, lost: [3, 4, 5, 6, 7, 8], redundantAfter: undefined };
    expect(broken(worse, { downtime: 799, duplicated: 0, redundantWithin: 60_000 })).toEqual([
      'down for 800 ms, promised at most 799 ms',
      '6 acknowledged writes lost (3, 4, 5, 6, 7, …), promised at most 0',
      '1 writes there twice (7), promised at most 0',
      'not redundant again in its time, promised within 60000 ms',
    ]);
  });

  it('is never kept by a client that could not write at all', () => {
    expect(broken({ ...effect, acknowledged: 0 }, { downtime: 10_000 })).toEqual(['no write was ever acknowledged']);
  });
});
