import { describe, expect, it } from 'vitest';
import { healthOf, settled, use, type Module } from '../../src/module/index.ts';
import type { Probe } from '../../src/report/index.ts';
import { fakeCluster, fakeStack } from '../../src/testing/index.ts';
import { plain } from './modules.ts';

const probe = (status: Probe['status']): Probe => ({ title: 'serves', host: 'redis-01', status, seen: status, wanted: 'ok' });
/** A module whose health is one status after the other, the last for ever. */
const turning = (name: string, ...statuses: Probe['status'][]): Module => plain(name, { health: async () => [probe((statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 'ok')] }) as unknown as Module;
const opened = (...modules: Module[]) => {
  const cluster = fakeCluster({ redis: 1 });
  const [clock, from] = [cluster.clock, cluster.clock.now()];
  return { ...fakeStack(modules.map((m) => use(m)), { cluster }).open(), waited: () => clock.now() - from };
};

describe('the health of a stack', () => {
  it('is what each module that was chosen says, and an error is an answer', async () => {
    const broken = plain('broken', { health: () => Promise.reject(new Error('no answer')) }) as unknown as Module;
    const stack = opened(turning('one', 'ok'), turning('two', 'down'), broken);
    const shown = (events: Awaited<ReturnType<typeof healthOf>>): string[] => events.map(({ module, title, status }) => `${module}: ${title} ${status}`);
    expect(shown(await healthOf(stack, (name) => name !== 'two'))).toEqual(['one: serves ok', 'broken: its health can be asked down']);
    expect(stack.events.filter(({ type }) => type === 'failure')).toMatchObject([{ module: 'broken', message: 'no answer' }]);
  });
});

describe('what was changed', () => {
  const waiting = [{ type: 'note', message: 'waiting until what was changed is well, and stays so' }];

  it('is waited for until it is well and stays so, which is told once', async () => {
    const stack = opened(turning('one', 'down', 'degraded', 'ok'), turning('two', 'ok'));
    expect([await settled(stack), stack.waited(), stack.events]).toEqual([[], 8000, waiting]);
  });

  it('is not taken for well by figures of before', async () => {
    const stack = opened(turning('one', 'ok', 'ok', 'degraded', 'ok'));
    expect([await settled(stack), stack.waited()]).toEqual([[], 10_000]);
  });

  it('is told when it is not well within a minute', async () => {
    const stack = opened(turning('one', 'degraded'), turning('two', 'ok'));
    expect(await settled(stack)).toMatchObject([{ module: 'one', status: 'degraded' }]);
    expect(stack.waited()).toBe(60_000);
  });

  it('is only of the modules that were chosen', async () => {
    const stack = opened(turning('one', 'ok'), turning('two', 'down'));
    expect([await settled(stack, { only: (name) => name === 'one' }), stack.waited(), stack.events]).toEqual([[], 6000, waiting]);
  });
});
