import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import type { BackendsOn } from '../src/backends.ts';
import { config } from '../src/config.ts';
import { drills } from '../src/drills.ts';
import type { Member } from '../src/patroni-api.ts';
import { lackingOf, type Standing } from '../src/redundancy.ts';

const of = (name: string, wanted: object = {}) => {
  const found = drills(parse(config, wanted)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no drill ${name}`);
  return found;
};

describe('the drills', () => {
  it.each([['fast', 25_000], ['balanced', 37_000], ['safe', 67_000]] as const)('promise with %s that a lost leader is replaced within %d ms, and let the fault last beyond that', (rto, downtime) => {
    for (const name of ['leader-off', 'leader-frozen', 'leader-cut', 'leader-alone', 'leader-mute']) {
      expect([name, of(name, { rto }).promise.downtime, of(name, { rto }).lasting]).toEqual([name, downtime, downtime + 10_000]);
    }
  });

  it('promise no loss with rpo zero only', () => {
    expect([of('leader-off').promise.lost, of('leader-off', { rpo: 'bounded' }).promise.lost]).toEqual([0, Infinity]);
  });

  it.each([['etcd', [2379, 2380]], ['raft', [7000]]] as const)('cut the leader off from %s and leave it its replicas', async (dcs, ports) => {
    const cuts: unknown[] = [];
    const members = ['a', 'b', 'c'].map((name) => ({ name, role: name === 'b' ? 'leader' : 'replica', state: 'running', timeline: 1, lag: 0 }));
    const hosts = members.map(({ name }) => ({ name, read: async () => () => members }));
    const scope = { cluster: { hosts }, uses: [], module: 'postgres', config: parse(config, { dcs }), provided: () => ({ address: undefined, hosts: [] }), faults: { cut: async (...about: unknown[]) => void cuts.push(about) } };
    await of('leader-without-dcs', { dcs }).inject(scope as never);
    expect(cuts).toEqual([[['b'], { from: ['a', 'c'], ports }]]);
  });
});

describe('what is redundant', () => {
  const names = ['a', 'b', 'c'];
  const members: readonly Member[] = names.map((name) => ({ name, role: name === 'a' ? 'leader' : 'replica', state: name === 'a' ? 'running' : 'streaming', timeline: 1, lag: 0 }));
  const proxy = (host: string, down: readonly string[] = []): BackendsOn => ({
    host,
    backends: names.flatMap((server) => [['postgres_primary', server === 'a'], ['postgres_replicas', server !== 'a']].map(([backend, serves]) => ({ backend: String(backend), server, status: serves === true && !down.includes(server) ? 'up' as const : 'down' as const, words: '', sessions: 0, lastCheck: '' }))),
    pooler: 'active',
  });
  const whole: Standing = { members, etcd: names, proxies: [proxy('p'), proxy('q')] };
  const lacking = (about: Partial<Standing>): string | undefined => lackingOf({ ...whole, ...about }, { members: names, proxies: ['p', 'q'] });

  it('is every member, every etcd, and every way to them', () => {
    expect(lacking({})).toBeUndefined();
    expect(lacking({ etcd: undefined })).toBeUndefined();
  });

  it('is not a cluster whose other parts are not whole yet', () => {
    expect(lacking({ members: members.slice(0, 2) })).toBe('c not in the cluster');
    expect(lacking({ etcd: ['a', 'c'] })).toBe('etcd of b takes no part');
    expect(lacking({ proxies: [proxy('p')] })).toBe('q does not answer');
    expect(lacking({ proxies: [proxy('p'), proxy('q', ['c'])] })).toBe('q: leads to the replicas: 1 of 2, wanted 2 of 2');
    expect(lacking({ proxies: [{ ...proxy('p'), pooler: 'failed' }, proxy('q')] })).toBe('p: PgBouncer runs: failed, wanted active');
  });
});
