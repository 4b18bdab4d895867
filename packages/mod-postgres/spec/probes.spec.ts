import { Secret } from '@keybuzz/sdk';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../src/answer.ts';
import { backendProbes, type BackendsOn } from '../src/backends.ts';
import { memberProbes } from '../src/member-probes.ts';
import { passwordAges } from '../src/password-ages.ts';
import type { Member } from '../src/patroni-api.ts';

const hosts = ['a', 'b', 'c'];
const member = (name: string, about: Partial<Member> = {}): Member => ({ name, role: name === 'a' ? 'leader' : 'quorum_standby', state: name === 'a' ? 'running' : 'streaming', timeline: 2, lag: 0, ...about });
const members = hosts.map((name) => member(name));
const answer = (host: string, about: Partial<Answer> = {}): Answer => ({
  host,
  own: { state: 'running', role: host === 'a' ? 'primary' : 'replica', version: 170_006, patroni: '4.0.5', timeline: 2, pendingRestart: false, loopedAt: 1 },
  members,
  daemon: { paused: false, failsafe: false },
  server: { used: 10, max: 200, standbys: 'ANY 1 (*)', confirming: 2 },
  packages: { patroni: '4.0.4-7', 'etcd-server': '3.5.16-4' },
  etcd: true,
  patroni: 'active',
  disk: { percent: 25, type: 'xfs', where: '/srv/pg' },
  certificate: 300,
  unreachable: undefined,
  ...about,
});
const all = (...changed: readonly Answer[]): readonly Answer[] => hosts.map((host) => changed.find((each) => each.host === host) ?? answer(host));
const wrong = (answers: readonly Answer[], about: { dcs?: 'etcd' | 'raft'; rpo?: 'zero' | 'bounded' } = {}) => memberProbes(answers, { wanted: hosts, dcs: 'etcd', rpo: 'zero', ...about }).filter(({ status }) => status !== 'ok').map(({ title, host, status, seen, wanted }) => [title, host, status, seen, wanted]);
const own = (host: string, about: Partial<NonNullable<Answer['own']>>) => ({ ...answer(host).own!, ...about });

describe('passwords', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const aged = (days: Readonly<Record<string, number>>): unknown => Object.fromEntries(Object.entries(days).map(([key, age]) => [key, Secret.of(`postgres/${key}`, 'x', { since: new Date(now.getTime() - age * 86_400_000) })]));
  const seen = (days: Readonly<Record<string, number>>) => passwordAges({ config: { roles: [{ name: 'shop_app', attributes: [], grants: [] }], passwordDays: 365 }, credentials: aged(days) as never }, now);

  it('are told by the oldest, and all that are too old by name', () => {
    const young = { app: 30, superuser: 365, replication: 364, rewind: 0, 'role-shop-app': 1 };
    expect(seen(young)).toMatchObject({ status: 'ok', seen: 'superuser 365 days' });
    expect(seen({ ...young, rewind: 366, 'role-shop-app': 400 })).toEqual({ title: 'passwords are not too old', host: undefined, status: 'degraded', seen: 'role-shop-app 400 days, rewind 366 days', wanted: 'at most 365 days: keybuzz secrets rotate postgres/NAME' });
  });
});

describe('what members answered', () => {
  it('is all right when one leads and the others stream', () => {
    expect(wrong(all())).toEqual([]);
    expect(memberProbes(all(), { wanted: hosts, dcs: 'etcd', rpo: 'zero' })).toHaveLength(9 + 3 * 6);
    expect(memberProbes(all(), { wanted: hosts, dcs: 'raft', rpo: 'bounded' }).map(({ title }) => title)).toEqual(expect.not.arrayContaining(['etcd members healthy', 'an acknowledged write is on two hosts']));
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
      ['an acknowledged write is on two hosts', undefined, 'degraded', 'unknown', 'at least 1 replica confirms'],
    ]);
  });

  it('tells of lag above 1 MiB, and of none at 1 MiB', () => {
    const behind = (lag: number) => hosts.map((host) => answer(host, { members: [member('a'), member('b', { lag }), member('c')] }));
    expect(wrong(behind(1_048_576))).toEqual([]);
    expect(wrong(behind(1_048_577))).toEqual([['replication lag', undefined, 'degraded', '1048577 bytes', 'at most 1048576 bytes']]);
  });

  it('tells of unequal versions, a sick etcd, and what runs out', () => {
    const c = answer('c', { own: own('c', { version: 170_005 }), packages: { patroni: '4.0.5-1', 'etcd-server': '3.5.16-4' }, etcd: false, server: { used: 160, max: 200, standbys: '', confirming: 0 }, disk: { percent: 85, type: 'ext4', where: '/' }, certificate: 14 });
    expect(wrong(all(c))).toEqual([
      ['one version everywhere', undefined, 'degraded', 'PostgreSQL runs as 170006, 170005; patroni 4.0.4-7, 4.0.5-1', 'one'],
      ['etcd members healthy', undefined, 'degraded', '2 of 3', '3 of 3'],
      ['connections used', 'c', 'degraded', '160 of 200', 'below 80 %'],
      ['disk of the data', 'c', 'degraded', '85 % of / (ext4, no disk of its own)', 'below 85 %'],
      ['certificate', 'c', 'degraded', '14 days left', 'more than 14 days left'],
    ]);
  });

  it('tells of what could not be read, unless it is because PostgreSQL does not run', () => {
    const c = answer('c', { server: undefined, disk: undefined });
    expect(wrong(all(c))).toEqual([['connections used', 'c', 'degraded', 'unknown', 'below 80 %'], ['disk of the data', 'c', 'degraded', 'unknown', 'below 85 %']]);
    expect(wrong(all(answer('c', { own: undefined, server: undefined })))).toEqual([['PostgreSQL runs', 'c', 'down', 'unknown', 'running']]);
  });

  it('is down when the DCS has no majority, or the leader goes on without it', () => {
    const two = (about: Partial<Answer>): readonly Answer[] => all(answer('b', about), answer('c', about));
    expect(wrong(two({ etcd: false }))).toEqual([['etcd members healthy', undefined, 'down', '1 of 3', '3 of 3']]);
    expect(wrong(two({ patroni: 'failed' }), { dcs: 'raft' })[0]).toEqual(['Raft members up', undefined, 'down', '1 of 3', '3 of 3']);
    expect(wrong(all(answer('c', { patroni: 'failed' })), { dcs: 'raft' })[0]).toEqual(['Raft members up', undefined, 'degraded', '2 of 3', '3 of 3']);
    expect(wrong(all(answer('a', { daemon: { paused: false, failsafe: true } })), { dcs: 'raft' })).toEqual([['Raft members up', undefined, 'down', '3 of 3; a without it, in failsafe mode', '3 of 3']]);
  });

  it('tells when writes are on one host only, and that nothing is written without a replica that confirms', () => {
    const a = (standbys: string, confirming: number): readonly Answer[] => all(answer('a', { server: { used: 1, max: 200, standbys, confirming } }));
    const title = 'an acknowledged write is on two hosts';
    expect(wrong(a('', 0))).toEqual([[title, undefined, 'degraded', 'writes wait for no replica', 'at least 1 replica confirms']]);
    expect(wrong(a('ANY 1 (*)', 0))).toEqual([[title, undefined, 'down', '0 replicas confirm', 'at least 1 replica confirms']]);
    expect(wrong(a('', 0), { rpo: 'bounded' })).toEqual([]);
  });

  it('tells of a pause, a restart that is waited for, and members that nobody wants', () => {
    const odd = hosts.map((host) => answer(host, { daemon: { paused: host === 'b', failsafe: false }, own: own(host, { pendingRestart: host === 'c' }), members: [...members, member('old')] }));
    expect(wrong(odd)).toEqual([
      ['nobody else is a member', undefined, 'degraded', 'old', 'nobody'],
      ['Patroni is not paused', undefined, 'degraded', 'paused', 'not paused'],
      ['no parameter waits for a restart', 'c', 'degraded', 'one waits', 'none'],
    ]);
  });

  it('is one line for a host that cannot be reached', () => {
    const lost = answer('c', { own: undefined, members: undefined, etcd: undefined, patroni: 'unknown', unreachable: 'no route to host' });
    expect(wrong(all(lost))).toEqual([['etcd members healthy', undefined, 'degraded', '2 of 3', '3 of 3'], ['answers over SSH', 'c', 'down', 'no route to host', 'yes']]);
  });
});

describe('what proxies answered', () => {
  const server = (backend: string, name: string, status: BackendsOn['backends'][number]['status']) => ({ backend, server: name, status, words: '', sessions: 0, lastCheck: '' });
  const seen = (primary: readonly string[], replicas: readonly string[]): BackendsOn => ({
    host: 'p',
    backends: hosts.flatMap((name) => [server('postgres_primary', name, primary.includes(name) ? 'up' : 'down'), server('postgres_replicas', name, replicas.includes(name) ? 'up' : 'down'), server('redis', name, 'up')]),
    pooler: 'active',
  });
  const told = (on: BackendsOn, leader: string | undefined = 'a') => backendProbes(on, { members: 3, leader }).map(({ status, seen: what }) => `${status} ${what}`);

  it('is all right with one primary, the leader, and the others replicas', () => {
    expect(told(seen(['a'], ['b', 'c']))).toEqual(['ok a', 'ok 2 of 2', 'ok active']);
    expect(backendProbes(seen(['a'], ['b', 'c']), { members: 3, leader: undefined })[0]).toMatchObject({ status: 'ok', wanted: 'exactly one' });
  });

  it('is down without a primary, with two, or with another than the leader; degraded without a replica, down without its pooler', () => {
    expect(told(seen([], ['b', 'c']))).toEqual(['down none', 'ok 2 of 2', 'ok active']);
    expect(told(seen(['a', 'b'], ['c']))).toEqual(['down a, b', 'degraded 1 of 2', 'ok active']);
    expect(told(seen(['a'], ['b', 'c']), 'b')).toEqual(['down a', 'ok 2 of 2', 'ok active']);
    expect(told({ ...seen(['a'], ['b', 'c']), pooler: 'failed' })).toEqual(['ok a', 'ok 2 of 2', 'down failed']);
  });
});
