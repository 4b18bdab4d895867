import type { NodeSeen, QueueSeen } from './node-facts.ts';

/** What one node says; undefined parts could not be had. */
export interface View {
  readonly host: string;
  readonly nodes: readonly NodeSeen[] | undefined;
  readonly queues: readonly QueueSeen[] | undefined;
}

/** What keeps the cluster from being whole; undefined when every node sees every node run and all members of every queue online. */
export function unwhole(views: readonly View[], wanted: readonly string[]): string | undefined {
  const silent = wanted.filter((host) => views.find((view) => view.host === host)?.nodes === undefined);
  if (silent.length > 0) return `${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not serve`;
  const lacking = views.flatMap(({ host, nodes = [] }) => {
    const missed = wanted.filter((name) => !nodes.some((node) => node.host === name && node.running));
    return missed.length === 0 ? [] : [`${host} does not see ${missed.join(', ')} run`];
  });
  if (lacking.length > 0) return lacking.join('; ');
  const mute = views.filter(({ host, queues }) => wanted.includes(host) && queues === undefined).map(({ host }) => host);
  if (mute.length > 0) return `${mute.join(', ')} ${mute.length === 1 ? 'does' : 'do'} not say which queues there are`;
  const [queue] = views.flatMap(({ queues = [] }) => queues.filter((each) => behind(each, wanted.length)));
  return queue === undefined ? undefined : `queue ${queue.name}: ${queue.online.length} of ${membersOf(queue, wanted.length)} members online`;
}

/** How many members a replicated queue is to have: one on every host, unless its arguments want fewer. A stream keeps those it was made with. */
export function membersOf({ type, members, groupSize = Infinity }: QueueSeen, hosts: number): number {
  return type === 'quorum' ? Math.min(hosts, groupSize) : members.length;
}

/** Whether a replicated queue lacks a member. */
export function behind(queue: QueueSeen, hosts: number): boolean {
  return queue.type !== 'classic' && queue.online.length < membersOf(queue, hosts);
}
