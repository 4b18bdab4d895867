import type { NodeSeen, QueueSeen } from './node-facts.ts';

/** What one node says; undefined parts could not be had. */
export interface View {
  readonly host: string;
  readonly nodes: readonly NodeSeen[] | undefined;
  readonly queues: readonly QueueSeen[] | undefined;
  readonly critical: readonly string[] | undefined;
}

/** What keeps the cluster from being whole; undefined when every node that was asked sees every node run, all members of every queue are online, and no queue needs a node. */
export function unwhole(views: readonly View[], wanted: readonly string[]): string | undefined {
  const silent = views.filter(({ nodes }) => nodes === undefined).map(({ host }) => host);
  if (silent.length > 0) return `${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not serve`;
  const lacking = views.flatMap(({ host, nodes = [] }) => {
    const missed = wanted.filter((name) => !nodes.some((node) => node.host === name && node.running));
    return missed.length === 0 ? [] : [`${host} does not see ${missed.join(', ')} run`];
  });
  if (lacking.length > 0) return lacking.join('; ');
  const mute = views.filter(({ queues, critical }) => queues === undefined || critical === undefined).map(({ host }) => host);
  if (mute.length > 0) return `${mute.join(', ')} ${mute.length === 1 ? 'does' : 'do'} not say which queues there are`;
  const queues = views.flatMap((view) => view.queues ?? []);
  const short = queues.find((each) => behind(each, wanted.length));
  if (short !== undefined) return `queue ${short.name}: ${short.online.length} of ${membersOf(short, wanted.length)} members online`;
  // What the API lists of queues is seconds old; this it asks their members. A queue of two members, or one, always needs them.
  const small = new Set(queues.filter((each) => membersOf(each, wanted.length) < 3).map(({ name, vhost }) => `queue '${name}' in vhost '${vhost}'`));
  const needed = views.find(({ critical = [] }) => critical.some((each) => !small.has(each)));
  return needed === undefined ? undefined : `${needed.host} is needed by ${(needed.critical ?? []).filter((each) => !small.has(each)).slice(0, 3).join(', ')}`;
}

/** How many members a replicated queue is to have: one on every host, unless its arguments want fewer. A stream keeps those it was made with. */
export function membersOf({ type, members, groupSize = Infinity }: QueueSeen, hosts: number): number {
  return type === 'quorum' ? Math.min(hosts, groupSize) : members.length;
}

/** Whether a replicated queue lacks a member. */
export function behind(queue: QueueSeen, hosts: number): boolean {
  return queue.type !== 'classic' && queue.online.length < membersOf(queue, hosts);
}
