import { describe, expect, it } from 'vitest';
import type { Host } from '@keybuzz/sdk';
import { replicationOf, type Replication } from '../src/replication.ts';
import { situationOf, type Answer } from '../src/situation.ts';
import { staleOf, strangersOf } from '../src/stale.ts';
import { watchingOf, type Watching } from '../src/watching.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name, at) => ({ name, address: `10.0.0.${at + 1}` }) as Host) as [Host, Host, Host];
const members = [a, b, c];

const quiet = { linkUp: true, busy: false, replicas: 0, keys: 0, usedMemory: 0, maxMemory: 0, version: '8.0.2', unsaved: [], masterAddress: undefined } as const;
const leads = (about: Partial<Replication> = {}): Replication => ({ ...quiet, role: 'master', ...about });
const follows = (master: Host): Replication => ({ ...quiet, role: 'replica', masterAddress: master.address });
const names = (master: Host, epoch: number): Watching => ({ master: { ip: master.address, 'config-epoch': String(epoch) }, replicas: [], sentinels: [], tilt: false });
const said = (host: Host, server?: Replication, sentinel?: Watching): Answer => ({ host: host.name, server, sentinel, remembers: sentinel !== undefined, served: server !== undefined });

describe('who leads', () => {
  it('is nobody when nobody ever did', () => {
    expect(situationOf([said(a), said(b), said(c)], members)).toEqual({ kind: 'virgin' });
    expect(situationOf([said(a, leads()), said(b, leads()), said(c, leads())], members)).toEqual({ kind: 'virgin' });
  });

  it('is whom the Sentinels name', () => {
    const answers = [said(a, follows(b), names(b, 3)), said(b, leads({ replicas: 2 }), names(b, 3)), said(c, follows(b), names(b, 3))];
    expect(situationOf(answers, members)).toEqual({ kind: 'live', master: b, why: 'the Sentinels say so, epoch 3' });
  });

  it('is, of two masters, the one of the latest failover, however many keys the other has', () => {
    const answers = [said(a, leads({ keys: 1000 }), names(a, 3)), said(b, leads({ replicas: 1, keys: 900 }), names(b, 4)), said(c, follows(b), names(b, 4))];
    expect(situationOf(answers, members)).toEqual({ kind: 'live', master: b, why: 'the Sentinels say so, epoch 4' });
  });

  it('is not known while the one that the Sentinels name is silent or follows', () => {
    expect(situationOf([said(a, undefined, names(a, 1)), said(b, follows(a), names(a, 1))], members)).toEqual({ kind: 'unsettled', why: 'the Sentinels say that a leads, which does not answer', silent: { master: a, anew: true } });
    expect(situationOf([said(a, follows(b), names(a, 1))], members)).toEqual({ kind: 'unsettled', why: 'the Sentinels say that a leads, which is a replica' });
  });

  it('is, without Sentinels, the only one that is followed or has keys', () => {
    expect(situationOf([said(a, leads()), said(b, leads({ keys: 5 })), said(c)], members)).toMatchObject({ kind: 'live', master: b });
    expect(situationOf([said(a, follows(c)), said(b), said(c, leads({ replicas: 1 }))], members)).toMatchObject({ kind: 'live', master: c });
  });

  it('is never guessed when two have keys and no Sentinel answers', () => {
    expect(() => situationOf([said(a, leads({ keys: 5 })), said(b, leads({ keys: 7 })), said(c)], members)).toThrow('no Sentinel answers, and more than one server leads: a (5 keys, 0 replicas), b (7 keys, 0 replicas)');
  });

  it('is not a stranger', () => {
    const stranger = { name: 'x', address: '10.9.9.9' } as Host;
    expect(() => situationOf([said(a, follows(stranger), names(stranger, 1))], members)).toThrow('the Sentinels say that 10.9.9.9 leads, which is no host of this stack');
  });
});

describe('those that are no hosts of the stack', () => {
  const watching = { ...names(b, 1), replicas: [{ ip: '10.0.0.8', port: '6379', flags: 'slave' }], sentinels: [{ ip: '10.0.0.1', port: '26380', flags: 'sentinel' }, { ip: '10.0.0.9', port: '26379', flags: 's_down,sentinel', 'last-hello-message': '1700' }, { ip: '10.0.0.7', port: '26379', flags: 's_down,sentinel', 'last-hello-message': '60000' }] };

  it('are named with their ports while they live, and not to be forgotten: they would be found again', () => {
    expect(strangersOf(watching, members)).toEqual(['the Sentinel 10.0.0.1:26380', 'the Sentinel 10.0.0.9:26379', 'the replica 10.0.0.8:6379']);
    expect(staleOf(watching, members)).toEqual(['10.0.0.7']);
  });
});

describe('answers of Redis', () => {
  it('are read from INFO', () => {
    const text = 'OK\n# Server\r\nredis_version:8.0.2\r\nused_memory:100\r\nmaxmemory:200\r\naof_last_write_status:err\r\nrole:slave\r\nmaster_host:10.0.0.2\r\nmaster_link_status:down\r\nmaster_sync_in_progress:1\r\nconnected_slaves:0\r\ndb0:keys=3,expires=0\r\ndb4:keys=4,expires=1\r\n';
    expect(replicationOf(text)).toEqual({ role: 'replica', masterAddress: '10.0.0.2', linkUp: false, busy: true, replicas: 0, keys: 7, usedMemory: 100, maxMemory: 200, version: '8.0.2', unsaved: ['aof_last_write_status'] });
    expect(replicationOf('WRONGPASS invalid username-password pair\nNOAUTH Authentication required.\n')).toBeUndefined();
  });

  it('are read from Sentinel, entry by entry', () => {
    const info = '# Sentinel\r\nsentinel_tilt:1\r\n';
    const master = ['name', 'kb', 'ip', '10.0.0.2', 'flags', 'master'];
    const replicas = [['name', '10.0.0.1:6379', 'ip', '10.0.0.1'], ['name', '10.0.0.3:6379', 'ip', '10.0.0.3']];
    expect(watchingOf({ master, replicas, sentinels: [], info })).toEqual({ master: { name: 'kb', ip: '10.0.0.2', flags: 'master' }, replicas: [{ name: '10.0.0.1:6379', ip: '10.0.0.1' }, { name: '10.0.0.3:6379', ip: '10.0.0.3' }], sentinels: [], tilt: true });
    expect(watchingOf({ master: undefined, replicas: undefined, sentinels: undefined, info })).toBeUndefined();
  });

  it('name those that Sentinel should forget', () => {
    const watching = { ...names(b, 1), replicas: [{ ip: '10.0.0.9', flags: 's_down,slave' }, { ip: '10.0.0.1' }], sentinels: [{ ip: '10.0.0.1', runid: '1' }, { ip: '10.0.0.1', runid: '2' }, { ip: '10.0.0.3' }] };
    expect(strangersOf(watching, members)).toEqual([]);
    expect(staleOf(watching, members)).toEqual(['10.0.0.9', 'a former Sentinel of a']);
    expect(staleOf({ ...names(b, 1), replicas: [{ ip: '10.0.0.1' }] }, members)).toEqual([]);
  });
});
