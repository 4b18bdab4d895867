import { describe, expect, it } from 'vitest';
import { rollout, use, type Module, type ReportEvent } from '@keybuzz/sdk';
import { fakeCluster, fakeStack, type FakeCluster } from '@keybuzz/sdk/testing';
import { planText } from '../src/show/plan.ts';
import { each, together } from './fake-modules.ts';

const opened = (cluster: FakeCluster, modules: readonly Module[], mode?: 'plan' | 'apply') => fakeStack(modules.map((m) => use(m)), { cluster }).open(mode);
const changes = (events: readonly ReportEvent[]): string[] => events.flatMap((e) => (e.type === 'change' ? [`${e.host} ${e.module} ${e.state}`] : []));
const blocked = (events: readonly ReportEvent[]): string[] => events.flatMap((e) => (e.type === 'step' && e.state === 'blocked' ? [`${e.module}: ${e.why ?? ''}`] : []));

describe('a rollout', () => {
  it('does each module after those it requires, whatever order the stack has them in', async () => {
    const base = each('base');
    const proxy = together('proxy', { requires: [base] });
    const redis = together('redis', { requires: [proxy] });
    const stack = opened(fakeCluster({ redis: 1 }), [redis, proxy, base]);
    expect(await rollout(stack)).toBe(true);
    expect(changes(stack.events)).toEqual(['redis-01 base done', 'redis-01 proxy done', 'redis-01 redis done']);
  });

  it('changes nothing the second time, and plans nothing', async () => {
    const cluster = fakeCluster({ redis: 2 });
    await rollout(opened(cluster, [each('base')]));
    for (const mode of ['apply', 'plan'] as const) {
      const again = opened(cluster, [each('base')], mode);
      expect(await rollout(again)).toBe(true);
      expect(changes(again.events)).toEqual([]);
    }
  });

  it('goes on without a host that is down, tells it once, and is not well', async () => {
    const cluster = fakeCluster({ redis: 3 });
    cluster.host('redis-02').down = true;
    const stack = opened(cluster, [each('base')]);
    expect(await rollout(stack)).toBe(false);
    expect(changes(stack.events).toSorted()).toEqual(['redis-01 base done', 'redis-03 base done']);
    expect(stack.events.filter((e) => e.type === 'failure')).toMatchObject([{ host: 'redis-02', kind: 'unreachable', module: 'base', verb: 'install' }]);
  });

  it('blocks a module that works on its hosts together when one of them failed, and says which', async () => {
    const cluster = fakeCluster({ redis: 2, db: 1 });
    cluster.host('redis-02').down = true;
    const base = each('base');
    const redis = together('redis', { requires: [base], hosts: { query: { role: 'redis' } } });
    const db = together('db', { requires: [base], hosts: { query: { role: 'db' } } });
    const stack = opened(cluster, [base, redis, db]);
    expect(await rollout(stack)).toBe(false);
    expect(blocked(stack.events)).toEqual(['redis: redis-02 failed before']);
    expect(changes(stack.events)).toContain('db-01 db done');
  });

  it('blocks what requires a module that failed, and nothing else', async () => {
    const broken = together('broken', { install: () => Promise.reject(new Error('no quorum')) });
    const after = together('after', { requires: [broken] });
    const stack = opened(fakeCluster({ redis: 1 }), [broken, after, together('other')]);
    expect(await rollout(stack)).toBe(false);
    expect(blocked(stack.events)).toEqual(['after: a module it requires failed']);
    expect(changes(stack.events)).toEqual(['redis-01 other done']);
    expect(stack.events.filter((e) => e.type === 'failure')).toMatchObject([{ module: 'broken', verb: 'install', message: 'no quorum' }]);
  });

  it('does only the modules that were chosen', async () => {
    const stack = opened(fakeCluster({ redis: 1 }), [together('one'), together('two')]);
    expect(await rollout(stack, (module) => module === 'two')).toBe(true);
    expect(changes(stack.events)).toEqual(['redis-01 two done']);
  });

  it('does what the plan said', async () => {
    const cluster = fakeCluster({ redis: 2 });
    const plan = opened(cluster, [each('base')], 'plan');
    await rollout(plan);
    expect(planText(plan.events, 2)).toBe('make /tmp/base  (base)\n  on redis-01 redis-02\n\n2 changes on 2 of 2 hosts.\n');
    const done = opened(cluster, [each('base')]);
    await rollout(done);
    expect(changes(done.events).toSorted()).toEqual(changes(plan.events).map((line) => line.replace('planned', 'done')).toSorted());
  });
});

describe('an event', () => {
  it('of a change has this shape as JSON, which programs count on', async () => {
    const stack = opened(fakeCluster({ redis: 1 }), [each('base')]);
    await rollout(stack);
    const lines = stack.events.map((event) => JSON.stringify(event)).filter((line) => line.includes('"type":"change"'));
    expect(lines).toEqual(['{"type":"change","module":"base","verb":"install","host":"redis-01","operation":"/tmp/base is there","summary":"make /tmp/base","state":"done"}']);
  });
});
