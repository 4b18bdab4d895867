import { describe, expect, it } from 'vitest';
import { asWanted, inTurn, perHost, rollout, use } from '../../src/module/index.ts';
import { fakeCluster, fakeStack, type FakeCluster } from '../../src/testing/index.ts';
import { plain, there } from './modules.ts';

type Plain = ReturnType<typeof plain>;
const each = (name: string): Plain => plain(name, { install: perHost(async (host) => void (await host.ensure(there(`/srv/${name}`)))), configure: perHost(async () => {}) });
const together = (name: string, requires: readonly Plain[] = []): Plain => plain(name, { requires, configure: async ({ cluster }) => void (await cluster.each((host) => host.ensure(there(`/srv/${name}`)))) });

const opened = (cluster: FakeCluster, modules: readonly Plain[], mode?: 'plan' | 'apply') => fakeStack(modules.map((m) => use(m)), { cluster }).open(mode);

describe('a look at everything', () => {
  it('says that a fleet is as wanted, tells what it saw, and changes nothing', async () => {
    const cluster = fakeCluster({ redis: 2 });
    const base = each('base');
    const modules = [base, together('redis', [base])];
    await rollout(opened(cluster, modules));
    const still = (): object => ({ ...cluster.host('redis-01').snapshot(), now: 0 });
    const before = still();
    const stack = opened(cluster, modules);
    expect(await asWanted(stack)).toBe(true);
    expect(stack.events.filter(({ type }) => type !== 'step')).toEqual([]);
    expect(stack.events.flatMap((e) => (e.type === 'step' && e.state === 'finished' ? [`${e.module} ${e.verb} ${e.host ?? 'all'}`] : [])).toSorted()).toEqual([
      'base configure redis-01', 'base configure redis-02', 'base install redis-01', 'base install redis-02', 'redis configure all', 'redis install all',
    ]);
    expect(still()).toEqual(before);
  });

  it('tells nothing of what differs, and does not touch it, whatever the mode', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const stack = opened(cluster, [each('base')]);
    expect([await asWanted(stack), stack.events, stack.failed.size, stack.touched.get('redis-01')]).toEqual([false, [], 0, []]);
  });

  it('leaves what was not chosen out', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const modules = [each('one'), each('two')];
    await rollout(opened(cluster, modules), (name) => name === 'one');
    expect([await asWanted(opened(cluster, modules), (name) => name === 'one'), await asWanted(opened(cluster, modules))]).toEqual([true, false]);
  });

  it('tells a host that is down once, which is then left alone by all that follows', async () => {
    const cluster = fakeCluster({ redis: 2 });
    const modules = [each('base'), each('other')];
    await rollout(opened(cluster, modules));
    cluster.host('redis-02').down = true;
    const stack = opened(cluster, modules);
    expect(await asWanted(stack)).toBe(false);
    expect(await rollout(stack)).toBe(false);
    expect(stack.events.filter(({ type }) => type === 'failure')).toMatchObject([{ host: 'redis-02', kind: 'unreachable', module: 'base', verb: 'install' }]);
  });

  it('is no answer when a module cannot be worked on, which the rollout then tells', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const broken = plain('broken', { install: () => Promise.reject(new Error('no quorum')) });
    const stack = opened(cluster, [broken]);
    expect([await asWanted(stack), stack.events]).toEqual([false, []]);
    expect(await rollout(stack)).toBe(false);
    expect(stack.events.filter(({ type }) => type === 'failure')).toMatchObject([{ module: 'broken', verb: 'install', message: 'no quorum' }]);
  });
});

describe('what keeps a module from being worked on at all', () => {
  const lost = { resolve: () => Promise.reject(new Error('the store is broken')), all: () => [] };

  it.each([['by itself on each host', each('base')], ['on its hosts together', together('base')]])('is told, and nothing counts as done: %s', async (_, base) => {
    const stack = { ...opened(fakeCluster({ redis: 1 }), [base]), secrets: lost as never };
    expect([await asWanted(stack), await rollout(stack)]).toEqual([false, false]);
    expect(stack.events.filter(({ type }) => type === 'failure')).toMatchObject([{ module: 'base', verb: 'install', message: 'the store is broken' }]);
  });
});

describe('acts in turn', () => {
  const order = async (mode: 'plan' | 'apply'): Promise<string[]> => {
    const seen: string[] = [];
    const act = (name: string) => async (): Promise<string> => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      return name;
    };
    expect(await inTurn(mode, [act('one'), act('two')])).toEqual(['one', 'two']);
    return seen;
  };

  it('wait for one another, but not in a plan', async () => {
    expect(await order('apply')).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
    expect(await order('plan')).toEqual(['one begins', 'two begins', 'one ends', 'two ends']);
  });
});

describe('what is asked ahead', () => {
  const ahead = plain('ahead', { configure: async ({ cluster }) => void (await cluster.each(async (host) => {
    await Promise.all([host.ahead(there('/srv/ahead')), host.ensure(there('/srv/first'))]);
    await host.ensure(there('/srv/ahead'));
  })) });
  const asked = (cluster: FakeCluster): string[] => cluster.host('redis-01').transcript.map(({ command }) => command).filter((command) => command.startsWith('[ -e'));

  it('is read once, along with what is asked first, when everything is looked at', async () => {
    const cluster = fakeCluster({ redis: 1 });
    expect(await asWanted(opened(cluster, [ahead]))).toBe(false);
    expect(asked(cluster)).toEqual(['[ -e /srv/ahead ]', '[ -e /srv/first ]']);
  });

  it('is read only when its turn comes in a rollout, where the turns before change things', async () => {
    const cluster = fakeCluster({ redis: 1 });
    expect(await rollout(opened(cluster, [ahead]))).toBe(true);
    expect(asked(cluster)).toEqual(['[ -e /srv/first ]', '[ -e /srv/first ]', '[ -e /srv/ahead ]', '[ -e /srv/ahead ]']);
  });

  it('is no failure: who ensures it is told', async () => {
    const cluster = fakeCluster({ redis: 1 });
    cluster.host('redis-01').down = true;
    const stack = opened(cluster, [ahead], 'plan');
    expect(await rollout(stack)).toBe(false);
    expect(stack.events.filter(({ type }) => type === 'failure')).toMatchObject([{ host: 'redis-01', kind: 'unreachable', module: 'ahead' }]);
  });
});
