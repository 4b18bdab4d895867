import { describe, expect, it } from 'vitest';
import { dataIn, walPosition } from '../src/data-directory.ts';
import { atLeast, leaderOf, membersIn, unwhole } from '../src/patroni-api.ts';

describe('a data directory', () => {
  it('is described by its control file', () => {
    const printed = ['entries=24', 'version=17', 'pg_control version number:            1700', 'Database system identifier:           7575757575757575757', 'Database cluster state:               in archive recovery', 'pg_control last modified:             Tue 24 Nov 2026 02:00:00 PM UTC', 'Latest checkpoint location:           0/3000060', "Latest checkpoint's TimeLineID:       3"].join('\n');
    expect(dataIn(printed)).toEqual({ kind: 'cluster', version: '17', systemId: '7575757575757575757', timeline: 3, checkpoint: '0/3000060', state: 'in archive recovery', changed: 'Tue 24 Nov 2026 02:00:00 PM UTC' });
  });

  it('is unfinished without one, and nothing when it is empty or not there', () => {
    expect([dataIn('entries=7\n'), dataIn('entries=0\n'), dataIn('')]).toEqual([{ kind: 'unfinished', entries: 7 }, { kind: 'none' }, { kind: 'none' }]);
  });

  it('has WAL locations that order as numbers', () => {
    expect(['0/3000060', '1/0', '0/FFFFFFFF', 'A/10'].toSorted((a, b) => Number(walPosition(a) - walPosition(b)))).toEqual(['0/3000060', '0/FFFFFFFF', '1/0', 'A/10']);
  });
});

const answer = JSON.stringify({
  members: [
    { name: 'db-1', role: 'leader', state: 'running', api_url: 'https://10.0.0.120:8008/patroni', host: '10.0.0.120', port: 5432, timeline: 2 },
    { name: 'db-2', role: 'quorum_standby', state: 'streaming', host: '10.0.0.121', port: 5432, timeline: 2, lag: 0 },
    { name: 'db-3', role: 'replica', state: 'start failed', host: '10.0.0.122', port: 5432, timeline: 1, lag: 'unknown', pending_restart: true },
  ],
  scope: 'keybuzz-pg',
});

describe('the members of a cluster', () => {
  it('are read from the answer of Patroni', () => {
    expect(membersIn(answer, '4.0.5')[2]).toEqual({ name: 'db-3', role: 'replica', state: 'start failed', timeline: 1, lag: undefined });
    expect(leaderOf(membersIn(answer, '4.0.5'))).toBe('db-1');
  });

  it('are whole when one leads and every other streams on its timeline', () => {
    const two = membersIn(answer, '4.0.5').slice(0, 2);
    expect(unwhole(two, ['db-1', 'db-2'])).toBeUndefined();
    expect(unwhole(two, ['db-1', 'db-2', 'db-3'])).toBe('db-3 not in the cluster');
    expect(unwhole(membersIn(answer, '4.0.5'), ['db-1', 'db-2', 'db-3'])).toBe("db-3 start failed on timeline 1, the leader's is 2");
    expect(unwhole(undefined, ['db-1'])).toBe('Patroni does not answer');
    expect(unwhole([{ name: 'db-1', role: 'replica', state: 'running', timeline: 1, lag: 0 }], ['db-1'])).toBe('no leader: db-1 replica running');
  });

  it('are not whole while a replica runs and does not stream; a Patroni that cannot tell is believed', () => {
    const running = answer.replace('"streaming"', '"running"');
    expect(unwhole(membersIn(running, '4.0.5').slice(0, 2), ['db-1', 'db-2'])).toBe("db-2 running on timeline 2, the leader's is 2");
    expect(unwhole(membersIn(running, '3.0.2').slice(0, 2), ['db-1', 'db-2'])).toBeUndefined();
  });
});

describe('a version', () => {
  it.each([['4.0.5', true], ['4', true], ['3.0.4', true], ['10.0.0-1', true], ['', true], ['3.0.3', false], ['3.0', false], ['2.1.7-1', false]] as const)('%s is 3.0.4 or later: %s', (version, expected) => {
    expect(atLeast(version, '3.0.4')).toBe(expected);
  });
});
