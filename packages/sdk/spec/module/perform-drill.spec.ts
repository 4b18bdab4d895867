import { describe, expect, it } from 'vitest';
import { strictObject } from 'valibot';
import { Failure } from '../../src/command/index.ts';
import type { Drill, Faults } from '../../src/drill/index.ts';
import { defineModule, drillsOf, performDrill, use, type DrillScope } from '../../src/module/index.ts';
import { fakeCluster, fakeStack, virtualClock } from '../../src/testing/index.ts';
import { met, notYet } from '../../src/wait/index.ts';

type StoreDrill = Drill<DrillScope>;
const records: number[] = [];
const base: StoreDrill = {
  name: 'leader-killed',
  title: 'leader killed',
  inject: ({ faults, cluster }) => faults.kill(cluster.hosts[0]?.name ?? '', '^store'),
  lasting: 0,
  workload: () => ({ connect: async () => ({ write: async (number) => void records.push(number), close: async () => {} }), read: async () => records, cleanUp: async () => void records.splice(0) }),
  redundant: async () => met(true),
  promise: { downtime: 1000 },
};

function prepared(drills: readonly StoreDrill[]) {
  const store = defineModule({
    name: 'store', summary: 'a store', requires: [], hosts: { query: 'all' }, config: strictObject({}), credentials: {}, ports: [], drills,
    install: async () => {}, configure: async () => {}, test: async () => [], health: async () => [],
  });
  const stack = fakeStack([use(store)], { cluster: fakeCluster({ store: 2 }) }).open();
  const used = stack.uses[0]!;
  const done: string[] = [];
  const faults = (healAfter: number): Faults => ({
    kill: async (host, pattern) => void done.push(`kill ${host} ${pattern}`),
    powerOff: async (hosts) => void done.push(`off ${hosts.join()} for at most ${healAfter}`),
    freeze: async () => {},
    cut: async () => {},
    fillDisk: async () => {},
    heal: async () => void done.push('heal'),
  });
  const run = (drill: StoreDrill) => performDrill(stack, used, { drill, faults, clock: virtualClock() });
  return { stack, used, done, run };
}

describe('a drill of a module', () => {
  it('is given the hosts and the faults, and is told of when it ends', async () => {
    const { stack, done, run } = prepared([base]);
    const { event, result, begun } = await run(base);
    expect(done).toEqual(['kill store-01 ^store', 'heal']);
    expect(begun).toBe(true);
    expect(event).toMatchObject({ type: 'drill', module: 'store', name: 'leader-killed', title: 'leader killed', promise: { downtime: 1000 }, verdict: 'kept', broken: [], lost: [], duplicated: [], redundantAfter: 0 });
    expect(result?.trace.answers.length).toBe(event.acknowledged);
    expect(event).not.toHaveProperty('trace');
    expect(stack.events.at(-1)).toBe(event);
    expect(stack.events.slice(0, -1)).toEqual(['waiting until everything is redundant', 'the fault: leader killed', 'waiting until everything is redundant again'].map((message) => ({ type: 'note', message: `leader-killed: ${message}` })));
  });

  it('has faults that end by themselves two minutes after it should have ended them', async () => {
    const { done, run } = prepared([]);
    await run({ ...base, lasting: 30_000, inject: ({ faults }) => faults.powerOff(['store-01']) });
    expect(done).toEqual(['off store-01 for at most 150000', 'heal']);
  });

  it('that fails is broken, with its error, is healed, and leaves no host out of what follows', async () => {
    const { stack, done, run } = prepared([]);
    const { event, result, begun } = await run({ ...base, inject: () => Promise.reject(new Failure('failed', 'no such process', { host: 'store-01', next: 'ps ax' })) });
    expect([result, begun, done]).toEqual([undefined, true, ['heal']]);
    expect(event).toEqual({ type: 'drill', module: 'store', name: 'leader-killed', title: 'leader killed', promise: { downtime: 1000 }, verdict: 'broken', broken: ['no such process'] });
    expect(stack.events.at(-2)).toMatchObject({ type: 'failure', host: 'store-01', verb: 'drill leader-killed', message: 'no such process', next: 'ps ax' });
    expect(stack.failed.size).toBe(0);
  });

  it('heals its faults also when its own healing fails', async () => {
    const { done, run } = prepared([]);
    const { event } = await run({ ...base, heal: () => Promise.reject(new Error('cannot switch back')) });
    expect([done.at(-1), event.broken]).toEqual(['heal', ['cannot switch back']]);
  });

  it('is not begun on a service that is not well', async () => {
    const { done, run } = prepared([]);
    const { begun, event } = await run({ ...base, settle: async () => notYet('a replica is missing') });
    expect([begun, done, event.verdict]).toEqual([false, [], 'broken']);
  });

  it('throws only when it is interrupted, healed before', async () => {
    const { stack, used, done } = prepared([]);
    const signal = AbortSignal.abort();
    await expect(performDrill(stack, used, { drill: base, faults: () => ({}) as Faults, clock: virtualClock(), signal })).rejects.toMatchObject({ kind: 'interrupted', context: { module: 'store', verb: 'drill leader-killed' } });
    expect(done).toEqual([]);
  });
});

describe('the drills of a module', () => {
  it('may depend on its configuration', () => {
    const { used } = prepared([base]);
    expect(drillsOf(used).map(({ name }) => name)).toEqual(['leader-killed']);
    const { definition } = used.module;
    const module = { ...used.module, definition: { ...definition, drills: () => [base, { ...base, name: 'other' }] } };
    expect(drillsOf({ ...used, module }).map(({ name }) => name)).toEqual(['leader-killed', 'other']);
  });

  it('have names of their own', () => {
    const { used } = prepared([base, base]);
    expect(() => drillsOf(used)).toThrow('store has two drills named leader-killed');
  });
});
