import { drill, type Drill, type DrillPromise } from '../../src/drill/index.ts';
import type { VirtualClock } from '../../src/testing/index.ts';
import { met, notYet } from '../../src/wait/index.ts';

/** A store that a fault takes away for a while; what it then loses or stores twice is up to the spec. */
export class Store {
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
      name: 'primary-killed',
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
