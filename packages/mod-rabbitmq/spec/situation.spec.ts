import { Failure } from '@keybuzz/sdk';
import { describe, expect, it } from 'vitest';
import { databaseIn } from '../src/database.ts';
import { startOrder, type Found } from '../src/situation.ts';

const hosts = ['queue-01', 'queue-02', 'queue-03'];
const virgin = (host: string, running = false): Found => ({ host, running, database: { kind: 'virgin' } });
const member = (host: string, about: { of?: readonly string[]; running?: boolean } = {}): Found => ({ host, running: about.running ?? false, database: { kind: 'member', of: about.of ?? hosts } });

function refusal(found: readonly Found[]): Failure {
  try {
    startOrder(found, hosts);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('it was not refused');
}

describe('the order in which nodes start', () => {
  it('is all at once when nobody has data: one that is alone waits for another', () => {
    expect(startOrder(hosts.map((host) => virgin(host)), hosts)).toEqual([hosts]);
  });

  it('is all at once when all were off, for each waits for those that stopped after it', () => {
    expect(startOrder(hosts.map((host) => member(host)), hosts)).toEqual([hosts]);
  });

  it('is nobody when all run', () => {
    expect(startOrder(hosts.map((host) => member(host, { running: true })), hosts)).toEqual([]);
  });

  it('has those with data before those that join', () => {
    const two = hosts.slice(0, 2);
    expect(startOrder([member('queue-01', { of: two }), member('queue-02', { of: two, running: true }), virgin('queue-03')], hosts)).toEqual([['queue-01'], ['queue-03']]);
  });

  it('is refused when a host that could not be asked may have the data', () => {
    const { kind, message } = refusal(hosts.slice(0, 2).map((host) => virgin(host)));
    expect([kind, message]).toEqual(['unsafe', 'no host that was asked has data, and queue-03 could not be asked: a cluster of its own may be there']);
  });

  it('is refused when a node has formed a cluster of its own', () => {
    const two = hosts.slice(0, 2);
    const { kind, message, context } = refusal([member('queue-01', { of: two }), member('queue-02', { of: two }), member('queue-03', { of: ['queue-03'] })]);
    expect(kind).toBe('unsafe');
    expect(message).toBe('queue-03 has data of another cluster than queue-01, queue-02; nothing was touched:\n  queue-01: a member of the cluster of queue-01, queue-02\n  queue-02: a member of the cluster of queue-01, queue-02\n  queue-03: a member of the cluster of queue-03');
    expect(context.next).toContain('rabbitmqctl list_queues on queue-03');
  });

  it.each([
    ['alone says that the cluster is itself', ['queue-03']],
    ['knows a member that the others have forgotten', [...hosts, 'queue-04']],
  ])('is refused when one %s', (_, of) => {
    const { kind, message, context } = refusal([member('queue-03', { of }), member('queue-01', { running: true }), member('queue-02', { running: true })]);
    expect([kind, message.split('\n')[0]]).toEqual(['unsafe', 'queue-03 has data of another cluster than queue-01, queue-02, queue-03; nothing was touched:']);
    expect(context.next).toContain('rabbitmqctl list_queues on queue-03');
  });

  it('goes on with a member that was off when another joined: it learns of that when it starts', () => {
    const two = hosts.slice(0, 2);
    expect(startOrder([member('queue-01', { of: two }), member('queue-02', { running: true }), member('queue-03', { running: true })], hosts)).toEqual([['queue-01']]);
  });

  it('is refused when a member lost its data and the others remember it', () => {
    const { kind, message, context } = refusal([member('queue-01', { running: true }), member('queue-02', { running: true }), virgin('queue-03')]);
    expect([kind, message.split('\n')[0]]).toEqual(['unsafe', 'queue-03 has no data, but the cluster remembers it as a member; nothing was touched:']);
    expect(context.next).toBe('if its data is lost for good: rabbitmqctl forget_cluster_node rabbit@queue-03 on queue-01, and run this again');
  });
});

describe('the data directory of a node', () => {
  it('is virgin while it is not there, and until its schema is, whatever a cut first start noted', () => {
    expect(['', '\n--\n', 'cluster_nodes.config\ncoordination\nnodes_running_at_shutdown\nquorum\n--\n{[\'rabbit@queue-01\'],[\'rabbit@queue-01\']}.\n'].map(databaseIn)).toEqual([{ kind: 'virgin' }, { kind: 'virgin' }, { kind: 'virgin' }]);
  });

  it('names the members', () => {
    const printed = "cluster_nodes.config\nschema.DAT\n--\n{['rabbit@queue-02','rabbit@queue-01',\n  'rabbit@queue-03'],['rabbit@queue-01']}.\n";
    expect(databaseIn(printed)).toEqual({ kind: 'member', of: hosts });
  });

  it('is unclear when it has a schema and no members', () => {
    expect(databaseIn('schema.DAT\n--\n')).toEqual({ kind: 'unclear' });
  });
});
