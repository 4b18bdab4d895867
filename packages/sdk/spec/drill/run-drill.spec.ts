import { describe, expect, it } from 'vitest';
import { drill, runDrill, type Drill, type DrillPromise } from '../../src/drill/index.ts';
import { virtualClock, type VirtualClock } from '../../src/testing/index.ts';
import { met, notYet } from '../../src/wait/index.ts';

/** A store that a fault takes away for a while; what it then loses or stores twice is up to the spec. */
class Store {
  records: number[] = [];
  downUntil = -1;
  redundantAt = 0;
  healed = 0;
  cleaned = 0;
  readonly clock: VirtualClock;
  readonly about: { outage?: number; forgets?: number; stutters?: boolean; hangs?: boolean };

  constructor(clock: VirtualClock, about: { outage?: number; forgets?: number; stutters?: boolean; hangs?: boolean } = {}) {
    this.clock = clock;
    this.about = about;
  }

  async write(number: number): Promise<void> {
    if (this.clock.now() >= this.downUntil) return void this.records.push(number);
    // It took the record, and its answer was lost.
    if (this.about.stutters === true) this.records.push(number);
    if (this.about.hangs === true) await new Promise(() => {});
    throw new Error('connection refused');
  }

  drill(promise: DrillPromise): Drill<Store> {
    return drill<Store>('primary killed', {
      inject: async (store) => {
        store.records.splice(-(store.about.forgets ?? 0), store.about.forgets ?? 0);
        store.downUntil = store.clock.now() + (store.about.outage ?? 0);
        store.redundantAt = Infinity;
      },
      heal: async (store) => {
        store.healed += 1;
        store.redundantAt = store.clock.now() + 2000;
      },
      workload: (store) => ({
        connect: async () => ({ write: (number) => store.write(number), close: async () => {} }),
        read: async () => store.records,
        cleanUp: async () => void (store.cleaned += 1),
        every: 20,
        patience: 300,
      }),
      redundant: async (store) => (store.clock.now() >= store.redundantAt ? met(true) : notYet('one replica is missing')),
      promise,
    });
  }
}

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
    const never = { ...store.drill({ downtime: 1000, redundantWithin: 60_000 }), redundant: async () => notYet('one replica is missing') };
    const result = await runDrill(never, store, { clock, recovery: 5000 });
    expect(result.redundantAfter).toBeUndefined();
    expect(result.broken).toEqual(['redundant again after more than its time, promised within 60000 ms']);
  });
});
