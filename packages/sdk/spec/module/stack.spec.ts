import { describe, expect, it } from 'vitest';
import { generated } from '../../src/credentials/index.ts';
import { perform, use, type Scope, type Use } from '../../src/module/index.ts';
import { fakeCluster, fakeStack } from '../../src/testing/index.ts';
import { config, plain } from './modules.ts';

const opened = (uses: readonly Use[], counts: Record<string, number> = { redis: 1 }) => fakeStack(uses, { cluster: fakeCluster(counts) }).open();

describe('a stack', () => {
  it('has its modules in the order of what they require, whatever order they are written in', () => {
    const base = plain('base');
    const proxy = plain('proxy', { requires: [base] });
    const redis = plain('redis', { requires: [proxy, base] });
    expect(opened([use(redis), use(proxy), use(base)]).uses.map(({ module }) => module.name)).toEqual(['base', 'proxy', 'redis']);
  });

  it('refuses what is missing, twice there or wrong, all at once, each with its remedy', () => {
    const base = plain('base');
    const redis = plain('redis', { requires: [base] });
    const other = plain('other');
    const wrong = [use(redis), use(other, { config: { size: 'big' as never } }), use(other, { config: { sise: 3 } as never })];
    let told: unknown;
    try {
      opened(wrong);
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({ kind: 'badConfig', context: { next: 'edit the stack fake' } });
    expect((told as Error).message.split('\n')).toEqual([
      'redis requires base, which the stack does not use: add use(base) to its modules',
      'other is used twice',
      'other.size: wanted number, got "big"',
      'other: unknown key sise (did you mean size?)',
    ]);
  });

  it('gives each module its own hosts, by the query of the module or of the stack', () => {
    const redis = plain('redis', { hosts: { query: { role: 'redis' } } });
    const everywhere = plain('everywhere');
    const one = plain('one');
    const stack = opened([use(redis), use(everywhere), use(one, { hosts: ['queue-01'] })], { redis: 2, queue: 1 });
    expect(stack.uses.map(({ hosts }) => hosts.map(({ name }) => name))).toEqual([['redis-01', 'redis-02'], ['redis-01', 'redis-02', 'queue-01'], ['queue-01']]);
  });

  it('refuses a module that finds no host, or another number than it must have', () => {
    expect(() => opened([use(plain('redis', { hosts: { query: { role: 'mail' } } }))])).toThrow('redis has no host');
    expect(() => opened([use(plain('redis', { hosts: { query: { role: 'redis' }, count: 3 } }))], { redis: 2 })).toThrow('redis wants 3 hosts');
  });

  it('gives a verb its configuration with defaults, its credentials, and what required modules provide', async () => {
    const scopes: Scope<{ size: number }, string>[] = [];
    const proxy = plain('proxy', { provides: ({ config: { size }, hosts }) => ({ endpoint: `${hosts[0]?.address}:${size}` }) });
    const redis = plain('redis', { requires: [proxy], credentials: { password: generated() }, configure: async (scope) => void scopes.push(scope as never) });
    const stack = opened([use(proxy, { config: { size: 6432 } }), use(redis)]);
    await perform(stack, redis, 'configure');
    await perform(stack, redis, 'configure');
    const [first, second] = scopes;
    expect(first).toMatchObject({ module: 'redis', config: { size: 1 }, mode: 'apply', controller: { name: 'install-01' } });
    expect(first?.provided(proxy as never)).toEqual({ endpoint: '10.0.0.11:6432' });
    expect(() => first?.provided(redis as never)).toThrow('redis provides nothing');
    expect(first?.credentials['password']?.reveal()).toHaveLength(32);
    expect(second?.credentials['password']?.reveal()).toBe(first?.credentials['password']?.reveal());
  });

  it('shows a verb the whole stack even when it works on some hosts only: a firewall must not forget the others', async () => {
    const scopes: Scope<{ size: number }, string>[] = [];
    const proxy = plain('proxy', { provides: ({ hosts }) => hosts.map(({ name }) => name) });
    const redis = plain('redis', { requires: [proxy], configure: async (scope) => void scopes.push(scope as never) });
    const stack = fakeStack([use(proxy), use(redis)], { cluster: fakeCluster({ redis: 2 }) }).open('apply', ['redis-02']);
    await perform(stack, redis, 'configure');
    expect(scopes[0]?.cluster.hosts.map(({ name }) => name)).toEqual(['redis-02']);
    expect(scopes[0]?.uses.map(({ hosts }) => hosts.length)).toEqual([2, 2]);
    expect(scopes[0]?.provided(proxy as never)).toEqual(['redis-01', 'redis-02']);
  });

  it('computes ports and networks from the configuration', () => {
    const k3s = plain('k3s', { ports: ({ size }) => [{ port: 6443 + size, protocol: 'tcp', from: 'private', purpose: 'api' }], networks: () => ['10.42.0.0/16'] });
    expect(opened([use(k3s, { config: { size: 2 } })]).uses[0]).toMatchObject({ ports: [{ port: 6445 }], networks: ['10.42.0.0/16'] });
  });

  it('cannot perform a module it does not use', async () => {
    await expect(perform(opened([use(plain('base'))]), plain('redis'), 'health')).rejects.toMatchObject({ kind: 'badConfig', message: 'the stack fake does not use redis', context: { next: 'add use(redis) to its modules' } });
  });

  it('shares the schema of a module, so that a typo in the stack does not compile', () => {
    // @ts-expect-error: there is no key `sise`.
    expect(use(plain('redis'), { config: { sise: 3 } }).config).toEqual({ sise: 3 });
    expect(config.entries.size.default).toBe(1);
  });
});
