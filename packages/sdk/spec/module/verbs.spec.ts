import { describe, expect, it } from 'vitest';
import { Failures, perform, performOnHosts, perHost, rolling, rollout, use, type Act } from '../../src/module/index.ts';
import type { ReportEvent } from '../../src/report/index.ts';
import { fakeCluster, fakeStack, type FakeCluster } from '../../src/testing/index.ts';
import { plain, there } from './modules.ts';

const steps = (events: readonly ReportEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'step' ? [`${event.verb} ${event.host ?? 'all'} ${event.state}`] : event.type === 'failure' ? [`failure ${event.host} ${event.kind}`] : []));

const marks = async (cluster: FakeCluster, path: string): Promise<string[]> => {
  const found = await Promise.all(cluster.hosts.map(async (host) => ((await host.execute(`[ -e ${path} ]`)).code === 0 ? [host.host] : [])));
  return found.flat();
};

/** Makes the file on every host; on redis-02 it cannot. */
const failing = (strategy?: Parameters<Parameters<Act<object, string>>[0]['cluster']['each']>[1]): Act<object, string> => async ({ cluster }) =>
  void (await cluster.each((host) => host.ensure(there('/srv/mark', host.name === 'redis-02' ? 'echo disk full >&2; exit 1' : 'touch /srv/mark')), strategy));

describe('a verb of a module', () => {
  it('is done on the other hosts when one fails, which is reported with all that is known', async () => {
    const cluster = fakeCluster({ redis: 3 });
    const redis = plain('redis', { install: failing() });
    const stack = fakeStack([use(redis)], { cluster }).open();
    const error = await perform(stack, redis, 'install').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Failures);
    expect((error as Failures).failures.map(({ context }) => context.host)).toEqual(['redis-02']);
    expect(await marks(cluster, '/srv/mark')).toEqual(['redis-01', 'redis-03']);
    expect(stack.events.find((event) => event.type === 'failure')).toMatchObject({
      host: 'redis-02', module: 'redis', verb: 'install', kind: 'failed', operation: '/srv/mark is there', message: 'make /srv/mark: exit 1\ndisk full', output: 'disk full',
    });
    expect(steps(stack.events)).toEqual(['install all started', 'failure redis-02 failed', 'install all failed']);
  });

  it('leaves a host alone that has failed before', async () => {
    const cluster = fakeCluster({ redis: 3 });
    const redis = plain('redis', { install: failing(), configure: async (scope) => void (await scope.cluster.each((host) => host.ensure(there('/srv/later')))) });
    const stack = fakeStack([use(redis)], { cluster }).open();
    await perform(stack, redis, 'install').catch(() => undefined);
    await perform(stack, redis, 'configure');
    expect(await marks(cluster, '/srv/later')).toEqual(['redis-01', 'redis-03']);
  });

  it('rolls from host to host, the primary last, and stops before the next when one fails', async () => {
    const order: string[] = [];
    const cluster = fakeCluster({ redis: 4 });
    const roll = plain('roll', { install: async (scope) => void (await scope.cluster.each(async (host) => void order.push(host.name), rolling({ last: 'redis-01' }))) });
    await perform(fakeStack([use(roll)], { cluster }).open(), roll, 'install');
    expect(order).toEqual(['redis-02', 'redis-03', 'redis-04', 'redis-01']);
    const redis = plain('redis', { install: failing(rolling({ last: 'redis-03' })) });
    await perform(fakeStack([use(redis)], { cluster }).open(), redis, 'install').catch(() => undefined);
    expect(await marks(cluster, '/srv/mark')).toEqual(['redis-01']);
  });

  it('reaches only the hosts that were asked for', async () => {
    const cluster = fakeCluster({ redis: 2 });
    const redis = plain('redis', { install: perHost(async (host) => void (await host.ensure(there('/srv/mark')))) });
    await perform(fakeStack([use(redis)], { cluster }).open('apply', ['redis-02']), redis, 'install');
    expect(await marks(cluster, '/srv/mark')).toEqual(['redis-02']);
  });

  it('says of a host that is down or was cut off what it is, and the rest goes on', async () => {
    const cluster = fakeCluster({ redis: 3 });
    cluster.host('redis-01').down = true;
    cluster.host('redis-02').cutAfter(0);
    const redis = plain('redis', { install: perHost(async (host) => void (await host.ensure(there('/srv/mark')))) });
    const stack = fakeStack([use(redis)], { cluster }).open();
    await rollout(stack);
    expect(stack.events.flatMap((event) => (event.type === 'failure' ? [`${event.host} ${event.kind}`] : []))).toEqual(['redis-01 unreachable', 'redis-02 connectionLost']);
    expect([...stack.failed].map(([host, failure]) => `${host} ${failure.kind}`)).toEqual(['redis-01 unreachable', 'redis-02 connectionLost']);
    expect(await marks(cluster, '/srv/mark')).toEqual(['redis-03']);
  });

  it('shows no secret in what it reports', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const stackOf = fakeStack([use(plain('redis', { install: perHost(async (host) => void (await host.ensure(there('/srv/x', 'echo topsecretvalue >&2; exit 1')))) }))], { cluster });
    await stackOf.secrets.set('redis/password', 'topsecretvalue');
    const stack = stackOf.open();
    await performOnHosts(stack, stack.uses[0]!.module, ['install']);
    expect(stack.events.some((event) => event.type === 'failure')).toBe(true);
    expect(JSON.stringify(stack.events)).not.toContain('topsecretvalue');
  });

  it('waits with the clock of its stack', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const redis = plain('redis', {
      install: async (scope) => void (await scope.cluster.each((host) => host.waitFor('a leader', async () => ({ done: false, seen: 'none' }), { within: 3_600_000, every: 60_000 }))),
    });
    const stack = fakeStack([use(redis)], { cluster }).open();
    const before = cluster.clock.now();
    await expect(perform(stack, redis, 'install')).rejects.toThrow('a leader: not within 3600 s; last seen: none');
    expect(cluster.clock.now() - before).toBeGreaterThanOrEqual(3_500_000);
  });
});

describe('acts host by host', () => {
  it('go on to the next verb on each host by itself, and stop at the first failure of that host', async () => {
    const cluster = fakeCluster({ redis: 2 });
    const redis = plain('redis', {
      install: perHost(async (host) => void (await host.ensure(there('/srv/mark', host.name === 'redis-02' ? 'exit 1' : 'touch /srv/mark')))),
      configure: perHost(async (host) => void (await host.ensure(there('/srv/later')))),
    });
    const stack = fakeStack([use(redis)], { cluster }).open();
    await performOnHosts(stack, redis, ['install', 'configure']);
    const of = (host: string): string[] => steps(stack.events).filter((step) => step.includes(host));
    expect(of('redis-01')).toEqual(['install redis-01 started', 'install redis-01 finished', 'configure redis-01 started', 'configure redis-01 finished']);
    expect(of('redis-02')).toEqual(['install redis-02 started', 'failure redis-02 failed', 'install redis-02 failed']);
    expect(await marks(cluster, '/srv/later')).toEqual(['redis-01']);
  });

  it('tell a plan from a rollout by the mode of the stack alone', async () => {
    const cluster = fakeCluster({ redis: 1 });
    const redis = plain('redis', { install: perHost(async (host) => void (await host.ensure(there('/srv/mark')))) });
    const stack = fakeStack([use(redis)], { cluster }).open('plan');
    await perform(stack, redis, 'install');
    expect(stack.events.flatMap((event) => (event.type === 'change' ? [`${event.state} ${event.summary}`] : []))).toEqual(['planned make /srv/mark']);
    expect(await marks(cluster, '/srv/mark')).toEqual([]);
  });
});
