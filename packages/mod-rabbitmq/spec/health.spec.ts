import type { BackendsOn } from '@keybuzz/mod-haproxy';
import { describe, expect, it } from 'vitest';
import { missed } from '../src/backends.ts';
import type { Answer } from '../src/health.ts';
import type { NodeSeen, QueueSeen } from '../src/node-facts.ts';
import { nodeProbes } from '../src/node-probes.ts';
import { unwhole, type View } from '../src/whole.ts';

const hosts = ['queue-01', 'queue-02', 'queue-03'];
const node = (host: string, about: Partial<NodeSeen> = {}): NodeSeen => ({ host, running: true, alarms: [], partitions: [], diskFree: 1e10, ...about });
const queue = (about: Partial<QueueSeen> = {}): QueueSeen => ({ vhost: '/', name: 'orders', type: 'quorum', durable: true, exclusive: false, leader: 'queue-01', members: hosts, online: hosts, ...about });
const answer = (host: string, about: Partial<Answer> = {}): Answer => ({ host, unit: 'active', nodes: hosts.map((each) => node(each)), queues: [queue()], critical: [], overview: { version: '4.0.5', erlang: '27.3', cluster: 'keybuzz-queue' }, unreachable: undefined, ...about });
const bad = (answers: readonly Answer[]): readonly string[] => nodeProbes(answers, { wanted: hosts, cluster: 'keybuzz-queue' }).filter(({ status }) => status !== 'ok').map(({ status, title, host, seen }) => `${status} ${host ?? ''}: ${title}: ${seen}`);

describe('the health of the cluster', () => {
  it('is good when every node says so', () => {
    expect(bad(hosts.map((host) => answer(host)))).toEqual([]);
  });

  it('is down when two halves each call themselves well', () => {
    const alone = { nodes: [node('queue-01'), node('queue-02', { running: false }), node('queue-03', { running: false })] };
    const others = { nodes: [node('queue-01', { running: false }), node('queue-02'), node('queue-03')] };
    expect(bad([answer('queue-01', alone), answer('queue-02', others), answer('queue-03', others)])).toEqual([
      'down : every node sees the same nodes run: queue-01: queue-01; queue-02: queue-02, queue-03; queue-03: queue-02, queue-03',
    ]);
  });

  it('is degraded when a node is off and the others agree', () => {
    const nodes = [node('queue-01'), node('queue-02'), node('queue-03', { running: false })];
    const queues = [queue({ online: ['queue-01', 'queue-02'] })];
    const lost = answer('queue-03', { unreachable: 'no route to host', nodes: undefined, queues: undefined, critical: undefined, overview: undefined });
    expect(bad([answer('queue-01', { nodes, queues, critical: ['queue orders'] }), answer('queue-02', { nodes, queues }), lost])).toEqual([
      'degraded : every node sees the same nodes run: queue-01, queue-02',
      'degraded : every replicated queue has all its members: orders 2 of 3',
      'degraded queue-01: it could be restarted: queue orders',
      'down queue-03: answers over SSH: no route to host',
    ]);
  });

  it('is degraded when a queue has fewer members than there are hosts, unless its arguments want fewer', () => {
    const queues = [queue({ members: hosts.slice(0, 2), online: hosts.slice(0, 2) }), queue({ name: 'small', groupSize: 1, members: ['queue-01'], online: ['queue-01'] })];
    expect(bad(hosts.map((host) => answer(host, { queues })))).toEqual(['degraded : every replicated queue has all its members: orders 2 of 3']);
  });

  it('is not good when nobody says which queues there are, nor when one node does not', () => {
    expect(bad(hosts.map((host) => answer(host, { queues: undefined })))).toEqual([
      'degraded : every replicated queue has all its members: queue-01 does not answer, queue-02 does not answer, queue-03 does not answer',
      'degraded : no durable queue is on one host only: no answer',
    ]);
    expect(bad([answer('queue-01', { queues: undefined }), answer('queue-02'), answer('queue-03')])).toEqual(['degraded : every replicated queue has all its members: queue-01 does not answer']);
  });

  it('tells of a full disk, of a classic queue, and of another version', () => {
    const nodes = [node('queue-01', { alarms: ['disk'] }), node('queue-02'), node('queue-03')];
    const queues = [queue({ name: 'by-hand', type: 'classic', leader: 'queue-02', members: [], online: [] })];
    expect(bad([answer('queue-01', { nodes, queues }), answer('queue-02', { overview: { version: '3.13.7', erlang: '26.2', cluster: 'keybuzz-queue' } }), answer('queue-03')])).toEqual([
      'degraded : no durable queue is on one host only: by-hand is classic, on queue-02',
      'degraded : one version everywhere: 4.0.5 on Erlang 27.3; 3.13.7 on Erlang 26.2',
      'down queue-01: no alarm holds publishers back: disk',
    ]);
  });
});

describe('a whole cluster', () => {
  const view = (host: string, about: Partial<View> = {}): View => ({ host, nodes: hosts.map((each) => node(each)), queues: [queue()], critical: [], ...about });
  const [first, second] = [view('queue-01'), view('queue-02')];
  const all = (about: Partial<View> = {}): readonly View[] => hosts.map((host) => view(host, about));

  it('is one in which every node sees every node and every queue has its members', () => {
    expect([unwhole(all(), hosts), unwhole([first, second], hosts)]).toEqual([undefined, undefined]);
    expect(unwhole([first, second, view('queue-03', { nodes: undefined })], hosts)).toBe('queue-03 does not serve');
    expect(unwhole([first, second, view('queue-03', { nodes: [node('queue-03')], queues: [] })], hosts)).toBe('queue-03 does not see queue-01, queue-02 run');
    expect(unwhole(all({ queues: [queue({ online: ['queue-01'] })] }), hosts)).toBe('queue orders: 1 of 3 members online');
    expect(unwhole(all({ queues: [queue({ members: ['queue-01', 'queue-02'], online: ['queue-01', 'queue-02'] })] }), hosts)).toBe('queue orders: 2 of 3 members online');
    expect(unwhole([first, second, view('queue-03', { queues: undefined })], hosts)).toBe('queue-03 does not say which queues there are');
  });

  it('is one in which no queue needs a node, save those that always do', () => {
    const small = [queue({ name: 'small', groupSize: 1, members: ['queue-01'], online: ['queue-01'] })];
    const needs = (name: string): Partial<View> => ({ critical: [`queue '${name}' in vhost '/'`], queues: small });
    expect(unwhole([view('queue-01', needs('small')), second], hosts)).toBeUndefined();
    expect(unwhole([first, view('queue-02', needs('orders'))], hosts)).toBe("queue-02 is needed by queue 'orders' in vhost '/'");
    expect(unwhole([first, view('queue-02', { critical: undefined })], hosts)).toBe('queue-02 does not say which queues there are');
  });
});

describe('the proxies', () => {
  const states = (host: string, words: string): BackendsOn => ({ host, backends: [{ backend: 'rabbitmq', server: 'queue-02', status: words.startsWith('UP') ? 'up' : words === 'MAINT' ? 'maintenance' : 'down', words, sessions: 0, lastCheck: '' }], unreachable: undefined });

  it('miss a node that one of them takes for down, not one that an operator took out there, or that they do not know', () => {
    expect(missed([states('haproxy-01', 'UP'), states('haproxy-02', 'DOWN 1/2')])).toBe('haproxy-02 does not lead to queue-02: DOWN 1/2');
    expect(missed([states('haproxy-01', 'MAINT'), { host: 'haproxy-02', backends: [], unreachable: 'no route to host' }])).toBeUndefined();
  });
});
