import { describe, expect, it } from 'vitest';
import { dataIn } from '../src/data-directory.ts';
import { atLeast, leaderOf, membersIn, unwhole } from '../src/patroni-api.ts';
import { etcdMembersIn } from '../src/etcd-member.ts';
import { presentIn } from '../src/present-configuration.ts';
import { outdated, serverIn } from '../src/versions.ts';

describe('a data directory', () => {
  it('is described by its control file', () => {
    const printed = ['entries=24', 'version=17', 'pg_control version number:            1700', 'Database system identifier:           7575757575757575757', 'Database cluster state:               in archive recovery', 'pg_control last modified:             Tue 24 Nov 2026 02:00:00 PM UTC', 'Latest checkpoint location:           0/3000060', "Latest checkpoint's TimeLineID:       3"].join('\n');
    expect(dataIn(printed)).toEqual({ kind: 'cluster', version: '17', systemId: '7575757575757575757', timeline: 3, state: 'in archive recovery', changed: 'Tue 24 Nov 2026 02:00:00 PM UTC', scope: undefined, joined: false });
    expect(dataIn(printed.replace('version=17', "version=17\njoined=yes\ncluster_name = 'keybuzz-pg'"))).toMatchObject({ kind: 'cluster', scope: 'keybuzz-pg', joined: true });
  });

  it('is unfinished without one, and nothing when it is empty or not there', () => {
    expect([dataIn('entries=7\n'), dataIn('entries=0\n'), dataIn('')]).toEqual([{ kind: 'unfinished', entries: 7 }, { kind: 'none' }, { kind: 'none' }]);
  });

  it('is unreadable, not unfinished, when it has one that cannot be read', () => {
    expect(dataIn('entries=24\nversion=17\nsh: 1: /usr/lib/postgresql/17/bin/pg_controldata: not found\n')).toEqual({ kind: 'unreadable', version: '17', why: 'sh: 1: /usr/lib/postgresql/17/bin/pg_controldata: not found', programs: false });
    expect(dataIn('entries=24\nversion=17\nprograms=yes\npg_controldata: error: could not read file\n')).toMatchObject({ kind: 'unreadable', programs: true });
  });
});

const answer = {
  members: [
    { name: 'db-1', role: 'leader', state: 'running', api_url: 'https://10.0.0.120:8008/patroni', host: '10.0.0.120', port: 5432, timeline: 2 },
    { name: 'db-2', role: 'quorum_standby', state: 'streaming', host: '10.0.0.121', port: 5432, timeline: 2, lag: 0 },
    { name: 'db-3', role: 'replica', state: 'start failed', host: '10.0.0.122', port: 5432, timeline: 1, lag: 'unknown', pending_restart: true },
  ],
  scope: 'keybuzz-pg',
};

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
    const running = { members: answer.members.map((each) => ({ ...each, state: each.state.replace('streaming', 'running') })) };
    expect(unwhole(membersIn(running, '4.0.5').slice(0, 2), ['db-1', 'db-2'])).toBe("db-2 running on timeline 2, the leader's is 2");
    expect(unwhole(membersIn(running, '3.0.2').slice(0, 2), ['db-1', 'db-2'])).toBeUndefined();
  });
});

describe('a version', () => {
  it.each([['4.0.5', true], ['4', true], ['3.0.4', true], ['10.0.0-1', true], ['', true], ['3.0.3', false], ['3.0', false], ['2.1.7-1', false]] as const)('%s is 3.0.4 or later: %s', (version, expected) => {
    expect(atLeast(version, '3.0.4')).toBe(expected);
  });
});

describe('what a member belongs to', () => {
  it('is read from its configuration, with the defaults of Patroni', () => {
    expect(presentIn("scope: keybuzz-pg\nnamespace: /keybuzz/\ndcs: etcd3\ndata_dir: '/data'\nholds: yes\n")).toEqual({ scope: 'keybuzz-pg', namespace: '/keybuzz/', dcs: 'etcd3', dataDirectory: '/data', holds: true });
    expect(presentIn('scope: "main"\nnamespace: db\ndcs: raft\ndata_dir: /data\n')).toEqual({ scope: 'main', namespace: '/db/', dcs: 'raft', dataDirectory: '/data', holds: false });
    expect(presentIn('scope: main\ndcs: raft\ndata_dir: /data\n')).toMatchObject({ namespace: '/service/' });
    expect(presentIn('')).toBeUndefined();
  });
});

describe('what is installed', () => {
  const own = { state: 'running', role: 'replica', version: 170_006, patroni: '4.0.5', timeline: 1, pendingRestart: false, loopedAt: 1 };

  it('is older or newer than what runs, by the versions of its packages', () => {
    expect(['17.6-0+deb13u1', '17.6-1.pgdg13+1', '18~beta1-1', ''].map(serverIn)).toEqual([170_006, 170_006, undefined, undefined]);
    expect(outdated(own, { server: 170_006, patroni: '4.0.5-1.pgdg13+1' })).toBeUndefined();
    expect(outdated(own, { server: 170_007, patroni: '4.0.5-1' })).toEqual({ what: 'server', from: '170006', to: '170007' });
    expect(outdated(own, { server: 170_007, patroni: '4.1.4-1' })).toEqual({ what: 'patroni', from: '4.0.5', to: '4.1.4' });
    expect(outdated({ ...own, version: 0 }, { server: 170_006, patroni: undefined })).toBeUndefined();
    expect(outdated(undefined, { server: 170_006, patroni: '4.1.4-1' })).toBeUndefined();
  });
});

describe('members of etcd', () => {
  it('have numbers larger than those of JavaScript, and tell who never started', () => {
    const listed = { header: { cluster_id: '14841639068965178418' }, members: [{ ID: '10501334649042878790', name: 'db-1', peerURLs: ['https://10.0.0.120:2380'], clientURLs: ['https://10.0.0.120:2379'] }, { ID: '9372538179322589801', peerURLs: ['https://10.0.0.122:2380'] }] };
    expect(etcdMembersIn(listed)).toEqual([
      { id: '91bc3c398fb3c146', name: 'db-1', peers: ['https://10.0.0.120:2380'], started: true },
      { id: '8211f1d0f64f3269', name: '', peers: ['https://10.0.0.122:2380'], started: false },
    ]);
  });
});
