import { describe, expect, it } from 'vitest';
import { situation, type Found } from '../src/bootstrap.ts';
import type { DataSeen } from '../src/data-directory.ts';

const hosts = ['a', 'b', 'c'];
const wanted = { hosts, version: '17' };
const data = (about: Partial<Extract<DataSeen, { kind: 'cluster' }>> = {}): DataSeen => ({ kind: 'cluster', version: '17', systemId: '7', timeline: 1, checkpoint: '0/3000028', state: 'in production', changed: 'Tue 01 Dec 2026 10:00:00', ...about });
const none: DataSeen = { kind: 'none' };
const member = (name: string, role = 'replica') => ({ name, role, state: 'running', timeline: 1, lag: 0 });
const found = (host: string, about: Partial<Found> = {}): Found => ({ host, data: none, members: undefined, initialized: undefined, ...about });

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

  it('is still virgin when an attempt was cut before it made a cluster: what it left is told', () => {
    const seen = [found('a', { data: { kind: 'unfinished', entries: 12 }, initialized: '' }), found('b', { initialized: '' }), found('c')];
    expect(situation(seen, wanted)).toEqual({ kind: 'virgin', unfinished: ['a'], forget: true });
  });

  it('is stopped when there is data and no leader: the most advanced starts first, by timeline, then by WAL', () => {
    const seen = [
      found('a', { data: data({ timeline: 1, checkpoint: '0/F000028' }) }),
      found('b', { data: data({ timeline: 2, checkpoint: '0/5000028' }) }),
      found('c', { data: data({ timeline: 2, checkpoint: '1/28' }) }),
    ];
    expect(situation(seen, wanted)).toEqual({ kind: 'stopped', order: [['c'], ['b', 'a']], unfinished: [] });
  });

  it('lets hosts without data start last, so that none of them makes a new cluster', () => {
    const seen = [found('a'), found('b', { data: data() }), found('c', { data: { kind: 'unfinished', entries: 3 } })];
    expect(situation(seen, wanted)).toEqual({ kind: 'stopped', order: [['b'], ['a', 'c']], unfinished: ['c'] });
  });
});

describe('a cluster is not touched', () => {
  it('when nobody leads and a host that may have its data was not asked', () => {
    expect(() => situation([found('a'), found('b')], wanted)).toThrow('no host leads the cluster, and c could not be asked: they may have its data');
  });

  it('when the DCS knows it and its data is nowhere', () => {
    expect(() => situation(hosts.map((host) => found(host, { initialized: '7' })), wanted)).toThrow('the DCS knows the cluster 7, but no host has its data');
  });

  it('when a host has the data of another one: it says whose', () => {
    const seen = [found('a', { data: data(), initialized: '7' }), found('b', { data: data({ systemId: '99', state: 'shut down' }) }), found('c')];
    expect(() => situation(seen, wanted)).toThrow('the data on b is of another cluster than 7; nothing was touched:\n  a: PostgreSQL 17, system 7, in production, last changed Tue 01 Dec 2026 10:00:00\n  b: PostgreSQL 17, system 99, shut down');
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
    expect(() => situation([found('a', { data: data({ version: '16' }) }), found('b'), found('c')], wanted)).toThrow('wanted PostgreSQL 17, but the data is of another version:\n  a: PostgreSQL 16, system 7');
  });
});
