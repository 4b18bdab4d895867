import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/command/index.ts';
import { perHost, reboot, rebootOrder, use, type Module } from '../../src/module/index.ts';
import type { Probe } from '../../src/report/index.ts';
import { fakeCluster, fakeStack } from '../../src/testing/index.ts';
import { plain } from './modules.ts';

const probe = (status: Probe['status']): Probe => ({ title: 'serves', host: 'redis-01', status, seen: status, wanted: 'ok' });

/** A module whose hosts work together. */
const whole = (name: string, about: Parameters<typeof plain>[1] = {}): Module => plain(name, about) as unknown as Module;

/** One whose hosts are each for itself. */
const alone = (name: string, about: Parameters<typeof plain>[1]): Module => plain(name, { install: perHost(async () => {}), configure: perHost(async () => {}), ...about }) as unknown as Module;

function opened(...modules: readonly Module[]) {
  const cluster = fakeCluster({ redis: 2 });
  const stack = fakeStack(modules.map((m) => use(m)), { cluster }).open();
  const [first, second] = cluster.inventory.hosts.filter(({ role }) => role === 'redis');
  const booted = async (name: string): Promise<string> => (await cluster.host(name).execute('cat /proc/sys/kernel/random/boot_id')).stdout;
  return { stack, first: first!, second: second!, booted };
}

describe('machines that are started anew', () => {
  it('take turns, those that lead last', async () => {
    const { stack, first, second } = opened(whole('other'), whole('led', { leader: async () => 'redis-01' }));
    expect((await rebootOrder(stack, [first, second])).map(({ name }) => name)).toEqual(['redis-02', 'redis-01']);
  });

  it('go once all is well and their modules can spare them, and are back when all is well again', async () => {
    const told: string[] = [];
    const before: { booted?: string } = {};
    const { stack, first, second, booted } = opened(whole('led', { spare: async (_scope, { name }) => {
      before.booted = await booted(name);
      told.push(name);
    } }));
    const other = await booted(second.name);
    await reboot(stack, first);
    expect([told, (await booted(first.name)) === before.booted, (await booted(second.name)) === other]).toEqual([['redis-01'], false, true]);
    expect(stack.events.filter(({ type }) => type === 'note').map((event) => 'message' in event && event.message)).toEqual([
      'waiting until all is well, before redis-01 is started anew',
      'redis-01 is started anew',
      'waiting until all is well with redis-01',
    ]);
  });

  it.each([
    ['a cluster is degraded', [whole('led', { health: async () => [probe('degraded')] })], 'led on redis-01: serves: degraded'],
    ['something of a host is down', [alone('base', { health: async () => [probe('down')] })], 'base on redis-01: serves: down'],
    ['they cannot be spared', [whole('led', { spare: () => Promise.reject(new Failure('unsafe', 'nobody else has the data')) })], 'nobody else has the data'],
  ] as const)('stay as they are while %s', async (_, modules, why) => {
    const { stack, first, booted } = opened(...modules);
    const before = await booted(first.name);
    await expect(reboot(stack, first)).rejects.toMatchObject({ kind: 'unsafe', message: expect.stringContaining(why) as string });
    expect(await booted(first.name)).toBe(before);
  });

  it('go although a host by itself is only degraded, such as by a reboot that is due', async () => {
    const { stack, first, booted } = opened(alone('base', { health: async () => [probe('degraded')] }));
    const before = await booted(first.name);
    await reboot(stack, first);
    expect(await booted(first.name)).not.toBe(before);
  });

  it('are told of when not all is well ten minutes after', async () => {
    let spared = false;
    const { stack, first } = opened(whole('led', { spare: async () => void (spared = true), health: async () => [probe(spared ? 'degraded' : 'ok')] }));
    await expect(reboot(stack, first)).rejects.toMatchObject({ kind: 'timedOut', message: 'redis-01 is up again, but not all is well 10 minutes later: led on redis-01: serves: degraded' });
  });
});
