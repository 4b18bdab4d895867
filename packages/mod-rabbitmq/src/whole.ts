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
  const [queue] = views.flatMap(({ queues = [] }) => queues.filter(behind));
  return queue === undefined ? undefined : `queue ${queue.name}: ${queue.online.length} of ${queue.members.length} members online`;
}

/** Whether a replicated queue lacks a member. */
export function behind({ type, members, online }: QueueSeen): boolean {
  return type !== 'classic' && online.length < members.length;
}
