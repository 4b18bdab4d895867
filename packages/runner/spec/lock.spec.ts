import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sh, use, type OpenStack } from '@keybuzz/sdk';
import { fakeCluster, fakeStack, type FakeCluster } from '@keybuzz/sdk/testing';
import { base } from '@keybuzz/mod-base';
import { holdLock, lockOrder, underLock } from '../src/lock.ts';

const opened = (cluster: FakeCluster): OpenStack => fakeStack([use(base)], { cluster }).open();
const holders = (cluster: FakeCluster): Promise<string[]> =>
  Promise.all(['db-01', 'db-02', 'db-03', 'db-04'].map(async (name) => {
    const [result] = await cluster.host(name).run([sh`cat /run/keybuzz/lock/holder`]);
    return result?.code === 0 ? name : '';
  }));

/** A lock as another operator's machine would have left it. */
const foreign = (cluster: FakeCluster, host: string): Promise<unknown> =>
  cluster.host(host).run([sh`mkdir -p /run/keybuzz/lock && printf %s ${JSON.stringify({ who: 'anne', machine: 'elsewhere', boot: 'b', pid: 7, started: '1', why: 'rollout', since: '2026-11-23T07:01:00.000Z' })} >/run/keybuzz/lock/holder`]);

describe('the lock of a stack', () => {
  it('is held on the first three hosts, and is gone when it is given back', async () => {
    const cluster = fakeCluster({ db: 4 });
    {
      await using _lock = await holdLock(opened(cluster), 'rollout');
      expect(await holders(cluster)).toEqual(['db-01', 'db-02', 'db-03', '']);
    }
    expect(await holders(cluster)).toEqual(['', '', '', '']);
  });

  it('is given back when the work under it fails', async () => {
    const cluster = fakeCluster({ db: 4 });
    const seen: string[][] = [];
    const work = async (): Promise<never> => { seen.push(await holders(cluster)); throw new Error('no quorum'); };
    await expect(underLock(opened(cluster), 'drill', work)).rejects.toThrow('no quorum');
    expect([...seen, await holders(cluster)]).toEqual([['db-01', 'db-02', 'db-03', ''], ['', '', '', '']]);
  });

  it('is on the same hosts whichever of them an operator works on', async () => {
    const cluster = fakeCluster({ db: 4, redis: 1 });
    const some = fakeStack([use(base)], { cluster }).open('apply', ['redis-01', 'db-04']);
    await using _lock = await holdLock(some, 'rollout --hosts');
    expect(await holders(cluster)).toEqual(['db-01', 'db-02', 'db-03', '']);
    await expect(holdLock(opened(cluster), 'rollout')).rejects.toThrow('is changing this stack');
  });

  it('is on hosts of the twin, where there is one', () => {
    const stack = opened(fakeCluster({ db: 4 }));
    expect(lockOrder(stack, [{ name: 'db-04' }, { name: 'db-02' }, { name: 'elsewhere' }]).map(({ name }) => name)).toEqual(['db-02', 'db-04']);
  });

  it('is refused when hosts answer and none of them can bear it', async () => {
    const cluster = fakeCluster({ db: 2 });
    cluster.host('db-01').down = true;
    await cluster.host('db-02').run([sh`mkdir -p /run && touch /run/keybuzz`]);
    await expect(holdLock(opened(cluster), 'rollout')).rejects.toMatchObject({
      kind: 'failed', message: expect.stringContaining('no host could be locked, and without a lock two operators may change the stack at once') as string, context: { host: 'db-02', next: 'on db-02: df -h /run' },
    });
  });

  it('is nowhere, and the run goes on to say so host by host, when no host answers', async () => {
    const cluster = fakeCluster({ db: 2 });
    for (const name of ['db-01', 'db-02']) cluster.host(name).down = true;
    await using lock = await holdLock(opened(cluster), 'rollout');
    expect(lock).toBeDefined();
  });

  it('passes over more hosts that are down than it has places', async () => {
    const cluster = fakeCluster({ db: 4 });
    for (const name of ['db-01', 'db-02', 'db-03']) cluster.host(name).down = true;
    await using _lock = await holdLock(opened(cluster), 'rollout');
    for (const name of ['db-01', 'db-02', 'db-03']) cluster.host(name).down = false;
    expect(await holders(cluster)).toEqual(['', '', '', 'db-04']);
  });

  it('passes over hosts that are down', async () => {
    const cluster = fakeCluster({ db: 4 });
    cluster.host('db-01').down = true;
    await using _lock = await holdLock(opened(cluster), 'rollout');
    cluster.host('db-01').down = false;
    expect(await holders(cluster)).toEqual(['', 'db-02', 'db-03', '']);
  });

  it('is refused, and nothing of it is left, when another operator holds it on any of them', async () => {
    const cluster = fakeCluster({ db: 4 });
    await foreign(cluster, 'db-03');
    await expect(holdLock(opened(cluster), 'rollout')).rejects.toThrow('anne on elsewhere (rollout, process 7) since 2026-11-23T07:01:00.000Z is changing this stack');
    expect(await holders(cluster)).toEqual(['', '', 'db-03', '']);
  });

  it('is taken over at once from a process of this machine that died', async () => {
    const cluster = fakeCluster({ db: 4 });
    await using first = await holdLock(opened(cluster), 'rollout');
    expect(first).toBeDefined();
    const [held] = await cluster.host('db-01').run([sh`cat /run/keybuzz/lock/holder`]);
    const dead = JSON.stringify({ ...(JSON.parse(held?.stdout ?? '{}') as object), pid: 999_999_999 });
    expect(dead).toContain(hostname());
    for (const name of ['db-01', 'db-02', 'db-03']) await cluster.host(name).run([sh`printf %s ${dead} >/run/keybuzz/lock/holder`]);
    await using second = await holdLock(opened(cluster), 'rollout');
    expect(second).toBeDefined();
  });

  it('is refused while a live process of this machine holds it', async () => {
    const cluster = fakeCluster({ db: 4 });
    await using _first = await holdLock(opened(cluster), 'rollout');
    await expect(holdLock(opened(cluster), 'rollout')).rejects.toThrow('is changing this stack');
    expect(await holders(cluster)).toEqual(['db-01', 'db-02', 'db-03', '']);
  });

  it('is taken over from another machine that has not renewed it for 30 s, and not before', async () => {
    const cluster = fakeCluster({ db: 4 });
    await foreign(cluster, 'db-02');
    await cluster.clock.pause(29_000);
    await expect(holdLock(opened(cluster), 'rollout')).rejects.toThrow('anne on elsewhere');
    await cluster.clock.pause(3000);
    await using _lock = await holdLock(opened(cluster), 'rollout');
    expect(await holders(cluster)).toEqual(['db-01', 'db-02', 'db-03', '']);
  });

  it('that another operator has taken over is not given back by the one who lost it', async () => {
    const cluster = fakeCluster({ db: 4 });
    {
      await using _lost = await holdLock(opened(cluster), 'rollout');
      await foreign(cluster, 'db-01');
    }
    expect(await holders(cluster)).toEqual(['db-01', '', '', '']);
  });
});
