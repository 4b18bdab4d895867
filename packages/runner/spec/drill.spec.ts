import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import '@keybuzz/sdk/testing';
import { met, notYet, use, type Drill, type DrillOutcome, type DrillScope, type Faults, type Module } from '@keybuzz/sdk';
import { fakeCluster, fakeStack, virtualClock } from '@keybuzz/sdk/testing';
import { secondTicks } from '../src/docs/drill-scale.ts';
import { checkReadme, writeReadme } from '../src/drill-readme.ts';
import { drillPage, plots, writeDrillReport } from '../src/drill-report.ts';
import { drilled, wantedDrills } from '../src/drill-selection.ts';
import { drillSeries } from '../src/drill-series.ts';
import { drillList, drillTable, duration } from '../src/drill-table.ts';
import { together } from './fake-modules.ts';

const folder = mkdtempSync(join(tmpdir(), 'keybuzz-drill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drillOf = (name: string, about: Partial<Drill<DrillScope>> = {}): Drill<DrillScope> => ({
  name, title: `${name}, the fault`, lasting: 0, inject: async () => {}, promise: { downtime: 2000 }, redundant: async () => met(true),
  workload: () => {
    const records: number[] = [];
    return { connect: async () => ({ write: async (number) => void records.push(number), close: async () => {} }), read: async () => records, cleanUp: async () => {} };
  },
  ...about,
});
const noFaults = (): Faults => ({ kill: async () => {}, powerOff: async () => {}, freeze: async () => {}, cut: async () => {}, fillDisk: async () => {}, heal: async () => {} });
const opened = (modules: readonly Module[]) => fakeStack(modules.map((module) => use(module)), { cluster: fakeCluster({ db: 2 }) }).open();
const withDrills = (...drills: readonly Drill<DrillScope>[]) => opened([together('db', { drills }), together('web')]);

describe('the drills that are run', () => {
  const stack = withDrills(drillOf('killed', { quick: true }), drillOf('off'), drillOf('all-off', { long: true }));
  const wanted = (names: readonly string[], quick = false): string[] => wantedDrills(drilled(stack, 'db'), { names, quick }).map(({ name }) => name);

  it('are all but the long ones, the quick ones, or those named, in the order of the module', () => {
    expect(wanted([])).toEqual(['killed', 'off']);
    expect(wanted([], true)).toEqual(['killed']);
    expect(wanted(['all-off', 'killed'])).toEqual(['killed', 'all-off']);
  });

  it.each<[string, () => unknown, string]>([
    ['a module that is not there', () => drilled(stack, 'dbb'), 'the stack fake has no module dbb (did you mean db?); it has db, web'],
    ['a module without drills', () => drilled(stack, 'web'), 'the module web has no drills'],
    ['a drill that is not there', () => wanted(['kiled']), 'db has no drill kiled (did you mean killed?)'],
    ['names and --quick', () => wanted(['off'], true), 'either --quick or the names of drills'],
  ])('are refused for %s', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('a series of drills', () => {
  const series = (drills: readonly Drill<DrillScope>[], signal?: AbortSignal) => {
    const stack = withDrills(...drills);
    return drillSeries(stack, drilled(stack, 'db'), { drills, faults: noFaults, clock: virtualClock(), settling: 5000, signal });
  };
  const ended = (outcomes: readonly DrillOutcome[]): string[] => outcomes.map(({ event }) => `${event.name} ${event.verdict}`);

  it('goes on after one that failed', async () => {
    const { outcomes, left } = await series([drillOf('one', { inject: () => Promise.reject(new Error('no such process')) }), drillOf('two')]);
    expect([ended(outcomes), left]).toEqual([['one broken', 'two kept'], []]);
  });

  it('ends where the service does not get well', async () => {
    const { outcomes, left } = await series([drillOf('one'), drillOf('two', { settle: async () => notYet('a replica is missing') }), drillOf('three')]);
    expect([ended(outcomes), left.map(({ name }) => name)]).toEqual([['one kept', 'two broken'], ['three']]);
  });

  it('ends when it is interrupted, and keeps what it has', async () => {
    const stop = new AbortController();
    const { outcomes, left, interrupted } = await series([drillOf('one'), drillOf('two', { inject: async () => stop.abort() }), drillOf('three')], stop.signal);
    expect([ended(outcomes), left.map(({ name }) => name), interrupted?.kind]).toEqual([['one kept'], ['two', 'three'], 'interrupted']);
  });
});

const answers = Array.from({ length: 260 }, (_, i) => ({ at: -1000 + i * 25, took: 2 + (i % 7) })).filter(({ at }) => at <= 0 || at > 1240);
const failover: DrillOutcome = {
  begun: true,
  event: { type: 'drill', module: 'db', name: 'leader-killed', title: 'leader killed <-9>', promise: { downtime: 2000, redundantWithin: 10_000 }, verdict: 'kept', broken: [], downtime: 1240, acknowledged: answers.length, lost: [], duplicated: [7], redundantAfter: 4250 },
  result: {
    name: 'leader-killed', title: 'leader killed <-9>', verdict: 'kept', broken: [], downtime: 1240, acknowledged: answers.length, lost: [], duplicated: [7], redundantAfter: 4250,
    trace: { answers: [...answers, { at: 1240, took: 1238 }].toSorted((a, b) => a.at - b.at), gaps: [{ from: 0, to: 1240 }], healedAt: 3000, redundantAt: 4250, endedAt: 5475 },
  },
};
const never: DrillOutcome = { ...failover, event: { ...failover.event, name: 'cut', title: 'leader cut off', verdict: 'broken', broken: ['3 acknowledged writes lost (1, 2, 3), promised at most 0'], lost: [1, 2, 3], redundantAfter: undefined } };
const failed: DrillOutcome = { begun: true, event: { type: 'drill', module: 'db', name: 'off', title: 'leader off', promise: { downtime: 25_000 }, verdict: 'broken', broken: ['wanted: a host\nseen: none'] }, result: undefined };
const record = { module: 'db', outcomes: [failover, never, failed], measuredOn: 'Twin: 2 hosts; 2026-11-24.' };

describe('what drills measured', () => {
  it('is a table on the terminal, with what was broken below', () => {
    expect(drillTable(record.outcomes.map(({ event }) => event))).toMatchGolden('drill-table.txt');
  });

  it('is a page with a table and plots', () => {
    expect(drillPage(record)).toMatchGolden('drill-page.md');
    expect(readFileSync(writeDrillReport(join(folder, 'run'), record), 'utf8')).toBe(drillPage(record));
    expect(readFileSync(join(folder, 'run', 'drill-db-leader-killed.svg'), 'utf8')).toBe(plots(record).get('drill-db-leader-killed.svg'));
  });

  it('is a plot', () => {
    expect(plots(record).get('drill-db-leader-killed.svg')).toMatchGolden('drill.svg');
  });

  it('stands in the README between the markers of its module, and nowhere else', () => {
    const readme = join(folder, 'README.md');
    writeFileSync(readme, 'before\n<!-- drills:db:start -->\nold\n<!-- drills:db:end -->\nafter\n');
    writeReadme({ ...record, outcomes: [failover] }, folder);
    expect(readFileSync(readme, 'utf8')).toMatchGolden('drill-readme.md');
    expect(readFileSync(join(folder, 'docs', 'drills', 'drill-db-leader-killed.svg'), 'utf8')).toContain('</svg>');
    expect(() => checkReadme('web', folder)).toThrow('README.md has no place for the drills of web');
  });

  it.each([[0, '0 ms'], [999, '999 ms'], [1240, '1.24 s'], [2000, '2 s'], [12_345, '12.3 s'], [61_700, '62 s']])('of %i ms reads %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});

describe('the list of drills', () => {
  it('says what is promised and when each is run', () => {
    expect(drillList([drillOf('killed', { quick: true }), drillOf('off'), drillOf('all-off', { long: true })] as Parameters<typeof drillList>[0])).toBe(
      'killed   killed, the fault   down at most 2 s  quick\noff      off, the fault      down at most 2 s\nall-off  all-off, the fault  down at most 2 s  only by name\n');
  });
});

describe('the axis of time', () => {
  it.each([[-1000, 7000, ['-1 s', '0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s']], [-1000, 100_000, ['0 s', '20 s', '40 s', '60 s', '80 s', '100 s']], [0, 400, ['0 s', '0.1 s', '0.2 s', '0.3 s', '0.4 s']]])('from %i to %i ms has round marks', (from, to, texts) => {
    expect(secondTicks(from, to).map(({ text }) => text)).toEqual(texts);
  });
});
