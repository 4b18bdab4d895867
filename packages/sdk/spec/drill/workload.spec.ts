import { describe, expect, it } from 'vitest';
import { startWriter, type Workload } from '../../src/drill/index.ts';
import { virtualClock } from '../../src/testing/index.ts';

const workload = (about: Partial<Workload>): Workload => ({
  connect: async () => ({ write: async () => {}, close: async () => {} }),
  read: async () => [],
  cleanUp: async () => {},
  every: 20,
  patience: 300,
  ...about,
});

describe('the writer', () => {
  it('writes one record after the other, at its distance', async () => {
    const clock = virtualClock();
    const writer = startWriter(workload({}), clock);
    await clock.pause(100);
    await writer.stop();
    expect(writer.written.slice(0, 3)).toEqual([
      { number: 1, firstTriedAt: 0, acknowledgedAt: 0, tries: 1 },
      { number: 2, firstTriedAt: 20, acknowledgedAt: 20, tries: 1 },
      { number: 3, firstTriedAt: 40, acknowledgedAt: 40, tries: 1 },
    ]);
    expect(writer.acknowledged()).toBe(writer.written.length);
  });

  it('counts an answer when it comes, also after the client has lost its patience', async () => {
    const clock = virtualClock();
    let connections = 0;
    const writer = startWriter(workload({
      connect: async () => {
        connections += 1;
        const first = connections === 1;
        // The first connection answers after half a second, which the client does not wait for; the others never do.
        return { write: (number) => (first && number === 1 ? clock.pause(500) : new Promise<void>(() => {})), close: async () => {} };
      },
    }), clock);
    await clock.pause(700);
    expect(writer.written[0]).toEqual({ number: 1, firstTriedAt: 0, acknowledgedAt: 500, tries: 2 });
    await writer.stop();
    expect(writer.acknowledged()).toBe(1);
    expect(writer.written.at(-1)?.acknowledgedAt).toBeUndefined();
  });

  it('closes a connection that comes too late, and waits for none to close', async () => {
    const clock = virtualClock();
    let closed = 0;
    const writer = startWriter(workload({
      connect: () => clock.pause(400).then(() => ({ write: async () => {}, close: () => new Promise<void>(() => void (closed += 1)) })),
    }), clock);
    await clock.pause(900);
    await writer.stop();
    await clock.pause(1000);
    expect(closed).toBeGreaterThanOrEqual(2);
    expect(writer.written).toEqual([{ number: 1, firstTriedAt: 0, acknowledgedAt: undefined, tries: 0 }]);
  });
});
