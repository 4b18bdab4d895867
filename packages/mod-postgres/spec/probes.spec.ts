import { describe, expect, it } from 'vitest';
import { backendProbes, type BackendsOn } from '../src/backends.ts';
import type { Answer } from '../src/health.ts';
import { memberProbes } from '../src/member-probes.ts';
import type { Member } from '../src/patroni-api.ts';

const hosts = ['a', 'b', 'c'];
const member = (name: string, about: Partial<Member> = {}): Member => ({ name, role: name === 'a' ? 'leader' : 'quorum_standby', state: name === 'a' ? 'running' : 'streaming', timeline: 2, lag: 0, ...about });
const members = hosts.map((name) => member(name));
const answer = (host: string, about: Partial<Answer> = {}): Answer => ({
  host,
  own: { state: 'running', role: host === 'a' ? 'primary' : 'replica', version: 170_006, patroni: '4.0.5', timeline: 2, pendingRestart: false, loopedAt: 1 },
  members,
  connections: { used: 10, max: 200 },
  etcd: true,
  patroni: 'active',
  disk: 25,
  certificate: 300,
  unreachable: undefined,
  ...about,
});
const all = (...changed: readonly Answer[]): readonly Answer[] => hosts.map((host) => changed.find((each) => each.host === host) ?? answer(host));
const wrong = (answers: readonly Answer[], dcs: 'etcd' | 'raft' = 'etcd') => memberProbes(answers, { wanted: hosts, dcs }).filter(({ status }) => status !== 'ok').map(({ title, host, status, seen, wanted }) => [title, host, status, seen, wanted]);
const own = (host: string, about: Partial<NonNullable<Answer['own']>>) => ({ ...answer(host).own!, ...about });

describe('what members answered', () => {
  it('is all right when one leads and the others stream', () => {
    expect(wrong(all())).toEqual([]);
    expect(memberProbes(all(), { wanted: hosts, dcs: 'etcd' })).toHaveLength(6 + 3 * 5);
    expect(memberProbes(all(), { wanted: hosts, dcs: 'raft' }).map(({ title }) => title)).not.toContain('etcd members healthy');
  });

  it('shows two primaries, whoever each of them follows', () => {
    const split = answer('b', { own: own('b', { role: 'primary' }), members: [member('a', { role: 'replica' }), member('b', { role: 'leader', state: 'running' }), member('c')] });
    expect(wrong(all(split))).toEqual([
      ['one primary', undefined, 'down', 'a, b', 'exactly one'],
      ['every member names the same leader', undefined, 'degraded', 'a, b', 'one'],
    ]);
  });

  it('is down when nobody leads', () => {
    const none = hosts.map((host) => answer(host, { own: own(host, { role: 'replica' }), members: hosts.map((name) => member(name, { role: 'replica', state: 'running' })) }));
    expect(wrong(none)).toEqual([
      ['one primary', undefined, 'down', 'none', 'exactly one'],
      ['every member names the same leader', undefined, 'down', 'none', 'one'],
      ['replicas stream on the leader’s timeline', undefined, 'degraded', 'no leader: a replica running, b replica running, c replica running', '3 of 3 members'],
    ]);
  });

  it('tells of lag above 1 MiB, and of none at 1 MiB', () => {
    const behind = (lag: number) => hosts.map((host) => answer(host, { members: [member('a'), member('b', { lag }), member('c')] }));
    expect(wrong(behind(1_048_576))).toEqual([]);
    expect(wrong(behind(1_048_577))).toEqual([['replication lag', undefined, 'degraded', '1048577 bytes', 'at most 1048576 bytes']]);
  });

  it('tells of unequal versions, a sick etcd, and what runs out', () => {
    const c = answer('c', { own: own('c', { version: 170_005 }), etcd: false, connections: { used: 160, max: 200 }, disk: 85, certificate: 14 });
    expect(wrong(all(c))).toEqual([
      ['one version everywhere', undefined, 'degraded', '170006, 170005', 'one'],
      ['etcd members healthy', undefined, 'degraded', '2 of 3', '3 of 3'],
      ['connections used', 'c', 'degraded', '160 of 200', 'below 80 %'],
      ['disk of the data', 'c', 'degraded', '85 %', 'below 85 %'],
      ['certificate', 'c', 'degraded', '14 days left', 'more than 14 days left'],
    ]);
  });

  it('is one line for a host that cannot be reached', () => {
    const lost = answer('c', { own: undefined, members: undefined, etcd: undefined, unreachable: 'no route to host' });
    expect(wrong(all(lost), 'raft')).toEqual([['answers over SSH', 'c', 'down', 'no route to host', 'yes']]);
  });
});

describe('what proxies answered', () => {
  const server = (backend: string, name: string, status: BackendsOn['backends'][number]['status']) => ({ backend, server: name, status, words: '', sessions: 0, lastCheck: '' });
  const seen = (primary: readonly string[], replicas: readonly string[]): BackendsOn => ({
    host: 'p',
    backends: hosts.flatMap((name) => [server('postgres_primary', name, primary.includes(name) ? 'up' : 'down'), server('postgres_replicas', name, replicas.includes(name) ? 'up' : 'down'), server('redis', name, 'up')]),
    pooler: 'active',
    unreachable: undefined,
  });
  const told = (on: BackendsOn) => backendProbes([on], 3).map(({ status, seen: what }) => `${status} ${what}`);

  it('is all right with one primary and the others replicas', () => {
    expect(told(seen(['a'], ['b', 'c']))).toEqual(['ok a', 'ok 2 of 2', 'ok active']);
  });

  it('is down without a primary or with two, degraded without a replica, down without its pooler', () => {
    expect(told(seen([], ['b', 'c']))).toEqual(['down none', 'ok 2 of 2', 'ok active']);
    expect(told(seen(['a', 'b'], ['c']))).toEqual(['down a, b', 'degraded 1 of 2', 'ok active']);
    expect(told({ ...seen(['a'], ['b', 'c']), pooler: 'failed' })).toEqual(['ok a', 'ok 2 of 2', 'down failed']);
  });

  it('is one line for a host that cannot be reached', () => {
    expect(told({ host: 'p', backends: [], pooler: 'unknown', unreachable: 'no route to host' })).toEqual(['down no route to host']);
  });
});
