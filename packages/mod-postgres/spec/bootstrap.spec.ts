import { describe, expect, it } from 'vitest';
import { situation, type Found } from '../src/bootstrap.ts';
import type { ClusterSeen, DataSeen } from '../src/data-directory.ts';

const hosts = ['a', 'b', 'c'];
const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const belonging = { scope: 'keybuzz-pg', namespace: '/keybuzz/', dcs: 'etcd3', dataDirectory: '/data' };
const wanted = { hosts, version: '17', belonging, authority: pem('ours'), plan: false };
const data = (about: Partial<ClusterSeen> = {}): DataSeen => ({ kind: 'cluster', version: '17', systemId: '7', timeline: 1, state: 'in production', changed: 'Tue 01 Dec 2026 10:00:00', scope: 'keybuzz-pg', joined: true, ...about });
const own = (state: string) => ({ state, role: 'replica', version: 0, patroni: '4.0.5', timeline: 1, pendingRestart: false, loopedAt: 1 });
const none: DataSeen = { kind: 'none' };
const member = (name: string, role = 'replica') => ({ name, role, state: 'running', timeline: 1, lag: 0 });
const found = (host: string, about: Partial<Found> = {}): Found => ({ host, data: none, members: undefined, own: undefined, initialized: undefined, remembers: about.initialized !== undefined && about.initialized !== '', coordinated: true, authority: '', present: undefined, listens: [], ...about });

describe('the situation of a cluster', () => {
  it('is virgin when no host has data and the DCS knows of none', () => {
    expect(situation(hosts.map((host) => found(host)), wanted)).toEqual({ kind: 'virgin', unfinished: [], forget: false });
  });

  it('is live as soon as one host names a running leader, whatever the others have', () => {
    const seen = [found('a', { data: data(), members: [member('b', 'leader')] }), found('b', { data: data() }), found('c')];
    expect(situation(seen, wanted)).toEqual({ kind: 'live', leader: 'b', joining: ['b', 'c'], unfinished: [] });
  });

  it('is live although a host could not be asked', () => {
    expect(situation([found('a', { data: data(), members: [member('a', 'leader')] })], wanted)).toEqual({ kind: 'live', leader: 'a', joining: [], unfinished: [] });
  });

  it('has members that join: those whose Patroni does not answer, and those whose data a cut left unfinished', () => {
    const members = [member('a', 'leader')];
    const seen = [found('a', { data: data(), members }), found('b', { data: data() }), found('c', { data: { kind: 'unfinished', entries: 3 }, members })];
    expect(situation(seen, wanted)).toEqual({ kind: 'live', leader: 'a', joining: ['b', 'c'], unfinished: ['c'] });
  });

  it('has members that join where etcd is ill or a replica does not stream', () => {
    const members = [member('a', 'leader'), { ...member('b'), state: 'streaming' }, member('c')];
    const seen = (about: Partial<Found>) => [found('a', { data: data(), members }), found('b', { data: data(), members, ...about }), found('c', { data: data(), members })];
    expect(situation(seen({}), wanted)).toMatchObject({ joining: ['c'] });
    expect(situation(seen({ coordinated: false }), wanted)).toMatchObject({ joining: ['b', 'c'] });
  });

  it('is still virgin when an attempt was cut before it made a cluster: what it left is told', () => {
    const seen = [found('a', { data: { kind: 'unfinished', entries: 12 }, initialized: '' }), found('b', { initialized: '' }), found('c')];
    expect(situation(seen, wanted)).toEqual({ kind: 'virgin', unfinished: ['a'], forget: true });
  });

  it('is stopped when there is data and no leader: all that have it start together, since a quorum of them may be needed to choose', () => {
    expect(situation(hosts.map((host) => found(host, { data: data() })), wanted)).toEqual({ kind: 'stopped', answering: false, order: [['a', 'b', 'c']], unfinished: [] });
  });

  it('is still virgin when initdb was cut after it wrote a control file: the DCS remembers that nothing was finished', () => {
    const half = data({ scope: undefined, joined: false });
    expect(situation([found('a', { data: half, initialized: '' }), found('b', { initialized: '' }), found('c')], wanted)).toEqual({ kind: 'virgin', unfinished: ['a'], forget: true });
    const started = data({ joined: false });
    expect(situation([found('a', { data: started, initialized: '', own: own('start failed') }), found('b'), found('c')], wanted)).toEqual({ kind: 'virgin', unfinished: ['a'], forget: true });
  });

  it('is not virgin while data was once whole, whatever attempt the DCS remembers', () => {
    const seen = [found('a', { data: data(), initialized: '' }), found('b', { data: { kind: 'unfinished', entries: 3 } }), found('c')];
    expect(situation(seen, wanted)).toEqual({ kind: 'stopped', answering: false, order: [['a'], ['b', 'c']], unfinished: ['b'] });
  });

  it('lets a Patroni that is making the cluster finish', () => {
    for (const now of [{ kind: 'unfinished', entries: 3 } as const, data({ scope: undefined, joined: false })]) {
      const seen = [found('a', { data: now, initialized: '', own: own('initializing new cluster') }), found('b'), found('c')];
      expect(situation(seen, wanted)).toEqual({ kind: 'stopped', answering: true, order: [['a'], ['b', 'c']], unfinished: [] });
    }
  });

  it('lets hosts without data start last, so that none of them makes a new cluster', () => {
    const seen = [found('a'), found('b', { data: data() }), found('c', { data: { kind: 'unfinished', entries: 3 } })];
    expect(situation(seen, wanted)).toEqual({ kind: 'stopped', answering: false, order: [['b'], ['a', 'c']], unfinished: ['c'] });
  });
});

describe('a cluster is not touched', () => {
  it('when nobody leads and a host that may have its data was not asked', () => {
    expect(() => situation([found('a'), found('b')], wanted)).toThrow('no host leads the cluster, and c could not be asked: they may have its data');
  });

  it('when the DCS knows it and its data is nowhere', () => {
    expect(() => situation(hosts.map((host) => found(host, { initialized: '7' })), wanted)).toThrow('the DCS knows the cluster 7, but no host has its data');
    expect(() => situation([found('a', { remembers: true }), found('b', { initialized: '' }), found('c')], wanted)).toThrow('the DCS knows the cluster');
  });

  it('when a host has the data of another one: it says whose', () => {
    const seen = [found('a', { data: data(), initialized: '7' }), found('b', { data: data({ systemId: '99', state: 'shut down' }) }), found('c')];
    expect(() => situation(seen, wanted)).toThrow('the data on b is of another cluster than 7; nothing was touched:\n  a: PostgreSQL 17, system 7, cluster_name keybuzz-pg, in production, last changed Tue 01 Dec 2026 10:00:00\n  b: PostgreSQL 17, system 99, cluster_name keybuzz-pg, shut down');
  });

  it('when hosts have data of different clusters and nothing says which is ours', () => {
    const seen = [found('a', { data: data() }), found('b', { data: data({ systemId: '99' }) }), found('c')];
    expect(() => situation(seen, wanted)).toThrow('the hosts have data of different clusters; nothing was touched');
  });

  it('when a leader is there and another host has foreign data', () => {
    const seen = [found('a', { data: data(), members: [member('a', 'leader')] }), found('b', { data: data({ systemId: '99' }) }), found('c')];
    expect(() => situation(seen, wanted)).toThrow('the data on b is of another cluster than 7');
  });

  it('when the data is of another version', () => {
    expect(() => situation([found('a', { data: data({ version: '16' }) }), found('b'), found('c')], wanted)).toThrow('wanted PostgreSQL 17, but the data is of another version: a has 16');
  });

  it('when data of another cluster is all there is, and nothing says that it is ours', () => {
    const of = (scope: string | undefined) => () => situation([found('a', { data: data({ systemId: '99', scope }) }), found('b'), found('c')], wanted);
    expect(of('theirs')).toThrow('nobody leads or remembers a cluster keybuzz-pg, and nothing says that the data on a is of it; nothing was touched:\n  a: PostgreSQL 17, system 99, cluster_name theirs');
    expect(of(undefined)).toThrow('system 99, cluster_name not set');
    expect(of('keybuzz-pg')()).toMatchObject({ kind: 'stopped' });
  });

  it('when its data cannot be read', () => {
    expect(() => situation([found('a', { data: { kind: 'unreadable', version: '17', why: 'pg_controldata: could not open file', programs: true } }), found('b'), found('c')], wanted)).toThrow('a has data of PostgreSQL 17 that cannot be read: pg_controldata: could not open file; nothing was touched');
  });

  it('but a plan goes on where only the programs are missing, which a rollout installs first', () => {
    const seen = [found('a', { data: { kind: 'unreadable', version: '17', why: 'not found', programs: false } }), found('b', { data: data(), members: [member('b', 'leader')] }), found('c')];
    expect(situation(seen, { ...wanted, plan: true })).toMatchObject({ kind: 'live', joining: ['a', 'c'] });
    expect(() => situation(seen, wanted)).toThrow('cannot be read: not found');
  });

  it('when its members would be told to belong elsewhere', () => {
    const moved = (about: object, rest: Partial<Found> = {}) => () => situation([found('a', { present: { ...belonging, holds: false, ...about }, ...rest }), found('b'), found('c')], wanted);
    expect(moved({ scope: 'old' }, { data: data() })).toThrow('a cluster is there, and its members would be told to belong to another one; nothing was touched:\n  a: scope old, wanted keybuzz-pg');
    expect(moved({ dcs: 'raft' }, { members: [member('b', 'leader')] })).toThrow('a: dcs raft, wanted etcd3');
    expect(moved({ dataDirectory: '/old', holds: true })).toThrow('a: dataDirectory /old, wanted /data');
    expect(moved({ scope: 'old' })()).toMatchObject({ kind: 'virgin' });
  });

  it('when a member leads that is no host of the stack', () => {
    const members = [member('pg1', 'leader'), member('a')];
    expect(() => situation([found('a', { data: data(), members }), found('b'), found('c')], wanted)).toThrow('pg1 leads the cluster keybuzz-pg and is no host of the stack, whose hosts are a, b, c; nothing was touched');
  });

  it('when it lives and trusts another authority than the stack has, or one besides', () => {
    const seen = (authority: string, members = [member('a', 'leader')]) => [found('a', { data: data(), members, authority }), found('b', { data: data(), authority: pem('ours') }), found('c')];
    const told = 'a cluster lives, and a would be told to trust another certificate authority than the one it has';
    expect(() => situation(seen(pem('theirs')), wanted)).toThrow(told);
    expect(() => situation(seen(pem('ours') + pem('theirs')), wanted)).toThrow(told);
    expect(situation(seen(`# ours\n${pem('ou\nrs').replaceAll('\n', '\r\n')}`), wanted)).toMatchObject({ kind: 'live' });
    expect(situation(seen(pem('theirs'), []), wanted)).toMatchObject({ kind: 'stopped' });
  });

  it('when nobody leads and something runs that does not answer', () => {
    expect(() => situation([found('a', { data: data(), listens: [8008, 5432] }), found('b'), found('c')], wanted)).toThrow('something runs that does not answer; nothing was touched:\n  a: Patroni listens on 8008, PostgreSQL listens on 5432');
    expect(() => situation([found('a', { listens: [5432] }), found('b'), found('c')], wanted)).toThrow('a: PostgreSQL listens on 5432');
  });

  it('but PostgreSQL of ours that lost its Patroni has it back', () => {
    const seen = [found('a', { data: data(), listens: [5432] }), found('b', { data: data(), own: own('stopped'), listens: [8008] }), found('c')];
    expect(situation(seen, wanted)).toMatchObject({ kind: 'stopped', order: [['a', 'b'], ['c']] });
  });
});
