import { describe, expect, it } from 'vitest';
import { runDrill, type Drill, type DrillPromise } from '../../src/drill/index.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { met, notYet } from '../../src/wait/index.ts';
import { Store } from './store.ts';

async function performed(about: ConstructorParameters<typeof Store>[1], promise: DrillPromise = { downtime: 1000, redundantWithin: 10_000 }) {
  const clock = virtualClock(50_000);
  const store = new Store(clock, about);
  return { store, result: await runDrill(store.drill(promise), store, { clock }) };
}

describe('a drill', () => {
  it('measures what the client felt, heals the fault, and cleans up', async () => {
    const { store, result } = await performed({ outage: 700 });
    expect(result).toMatchObject({ title: 'primary killed', verdict: 'kept', broken: [], lost: [], duplicated: [], redundantAfter: 5000 });
    expect(result.downtime).toBeGreaterThanOrEqual(700);
    expect(result.downtime).toBeLessThan(760);
    expect(result.acknowledged).toBeGreaterThan(200);
    expect([store.healed, store.cleaned]).toEqual([1, 1]);
  });

  it('finds acknowledged writes that are lost', async () => {
    const { result } = await performed({ outage: 100, forgets: 2 });
    expect(result.lost).toHaveLength(2);
    expect(result.verdict).toBe('broken');
    expect(result.broken).toEqual([expect.stringMatching(/^2 acknowledged writes lost/)]);
  });

  it('finds records that are there twice, because their answer was lost and the client tried again', async () => {
    const { result } = await performed({ outage: 200, stutters: true }, { downtime: 1000, duplicated: 0 });
    expect(result.duplicated).toHaveLength(1);
    expect(result.verdict).toBe('broken');
  });

  it('gives a write up that gets no answer, and counts the time', async () => {
    const { result } = await performed({ outage: 700, hangs: true });
    expect(result.downtime).toBeGreaterThanOrEqual(900);
    expect(result.downtime).toBeLessThan(1100);
    expect(result.lost).toEqual([]);
  });

  it('breaks its promise when the service comes back too late', async () => {
    const { result } = await performed({ outage: 1500 });
    expect(result.broken).toEqual([expect.stringMatching(/^down for 15\d\d ms, promised at most 1000 ms$/)]);
  });

  it('does not begin when the service is not well, and says what to type', async () => {
    const clock = virtualClock();
    const store = new Store(clock);
    store.downUntil = Infinity;
    await expect(runDrill(store.drill({ downtime: 1000 }), store, { clock })).rejects.toMatchObject({ kind: 'timedOut', context: { next: 'keybuzz health' } });
    expect([store.healed, store.cleaned]).toEqual([0, 1]);
  });

  it('heals and cleans up even when the fault could not be made', async () => {
    const clock = virtualClock();
    const store = new Store(clock);
    const failing = { ...store.drill({ downtime: 1000 }), inject: () => Promise.reject(new Error('no such process')) };
    await expect(runDrill(failing, store, { clock })).rejects.toThrow('no such process');
    expect([store.healed, store.cleaned]).toEqual([1, 1]);
  });

  it('has no time to redundancy when it does not come in its time', async () => {
    const clock = virtualClock();
    const store = new Store(clock, { outage: 100 });
    const never = { ...store.drill({ downtime: 1000, redundantWithin: 60_000 }), settle: async () => met(true), redundant: async () => notYet('one replica is missing') };
    const result = await runDrill(never, store, { clock, recovery: 5000 });
    expect(result.redundantAfter).toBeUndefined();
    expect(result.broken).toEqual(['not redundant again in its time, promised within 60000 ms']);
  });

  it('waits until everything is redundant before it begins, and touches nothing when it does not become so', async () => {
    const clock = virtualClock();
    const store = new Store(clock, { outage: 100 });
    store.redundantAt = 60_000;
    const result = await runDrill(store.drill({ downtime: 1000 }), store, { clock });
    expect(clock.now()).toBeGreaterThan(60_000);
    expect(result.verdict).toBe('kept');
    store.redundantAt = Infinity;
    const asked = store.healed;
    await expect(runDrill(store.drill({ downtime: 1000 }), store, { clock, settling: 5000 })).rejects.toMatchObject({
      kind: 'timedOut',
      message: 'primary killed: not begun, for the service is not well: everything is redundant before the fault: not within 5 s; last seen: one replica is missing',
    });
    expect(store.healed).toBe(asked);
  });

  it('may have a condition of its own before it begins', async () => {
    const clock = virtualClock();
    const store = new Store(clock);
    const own = { ...store.drill({ downtime: 1000 }), settle: async () => notYet('the backup is running') };
    await expect(runDrill(own, store, { clock, settling: 1000 })).rejects.toThrow('last seen: the backup is running');
  });

  it('of what is over at once heals nothing later, and still looks long enough', async () => {
    const { clock, run } = prepared({ outage: 500 }, { lasting: 0 });
    const began = clock.now();
    const result = await run();
    expect(result.trace.healedAt).toBeUndefined();
    expect(result.trace.endedAt).toBeGreaterThanOrEqual(3000);
    expect(result.trace.endedAt).toBeLessThan(7000);
    expect(clock.now()).toBeGreaterThan(began);
  });

  it('leaves the fault for as long as it says', async () => {
    const { run } = prepared({ outage: 100 }, { lasting: 7000 });
    expect((await run()).trace.healedAt).toBe(7000);
  });

  it('calls redundant only what stays so: a service notices late what it has lost', async () => {
    const { clock, run } = prepared({ outage: 100 }, {
      lasting: 0,
      settle: async () => met(true),
      // A stale yes, then the truth, then redundant for good.
      redundant: async () => (clock.now() < faultAt(clock) + 2500 || clock.now() >= faultAt(clock) + 9000 ? met(true) : notYet('one replica is missing')),
    });
    expect((await run()).redundantAfter).toBe(9000);
  });

  it('reads back again when the first time fails, and leaves its measure alone when it cannot clean up', async () => {
    const clock = virtualClock();
    const store = new Store(clock, { outage: 100 });
    const plain = store.drill({ downtime: 1000 });
    let asked = 0;
    const notes: string[] = [];
    const result = await runDrill({
      ...plain,
      workload: (scope) => ({
        ...plain.workload(scope),
        read: async () => ((asked += 1) < 3 ? Promise.reject(new Error('starting up')) : store.records),
        cleanUp: () => Promise.reject(new Error('read-only')),
      }),
    }, store, { clock, note: (message) => void notes.push(message) });
    expect([asked, result.verdict, result.lost]).toEqual([3, 'kept', []]);
    expect(notes).toEqual(['the fault: primary killed', 'healed after 3000 ms; waiting until everything is redundant again', 'what the drill wrote could not be removed: read-only']);
  });

  it('that is interrupted heals, cleans up, and says so', async () => {
    const clock = virtualClock();
    const store = new Store(clock, { outage: 100 });
    const stop = new AbortController();
    const plain = store.drill({ downtime: 60_000 });
    const interrupted = { ...plain, inject: async (scope: Store) => plain.inject(scope).then(() => void clock.pause(500).then(() => stop.abort())) };
    await expect(runDrill(interrupted, store, { clock, signal: stop.signal })).rejects.toMatchObject({ kind: 'interrupted', context: { next: 'keybuzz health' } });
    expect([store.healed, store.cleaned]).toEqual([1, 1]);
    expect(clock.now()).toBeLessThan(10_000);
  });

  it('is broken by an invariant that was seen broken, however well the client fared', async () => {
    const { store, clock, run } = prepared({ outage: 100 }, {
      invariant: { title: 'never two writable primaries', broken: async () => (clock.now() > store.downUntil && store.healed === 0 && store.downUntil > 0 ? 'two writable primaries: a, b' : undefined) },
    });
    const { verdict, broken } = await run();
    expect(verdict).toBe('broken');
    expect(broken).toEqual([expect.stringMatching(/^never two writable primaries: two writable primaries: a, b \(seen \d+ ×, first \d+ ms after the fault\)$/)]);
  });
});

/** A drill of one store on a clock of its own, changed as the spec wants. */
function prepared(about: ConstructorParameters<typeof Store>[1], changed: Partial<Drill<Store>>) {
  const clock = virtualClock(50_000);
  const store = new Store(clock, about);
  const drill = { ...store.drill({ downtime: 1000 }), ...changed };
  const inject = async (scope: Store): Promise<void> => {
    faults.set(clock, clock.now());
    await store.drill(drill.promise).inject(scope);
  };
  // Where nothing lasts, nobody brings redundancy back but the service itself.
  const heal = async (scope: Store): Promise<void> => store.drill(drill.promise).heal?.(scope);
  return { clock, store, run: () => runDrill({ ...drill, inject, heal }, store, { clock }) };
}

const faults = new Map<object, number>();
const faultAt = (clock: object): number => faults.get(clock) ?? Infinity;
