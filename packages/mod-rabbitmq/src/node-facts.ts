import type { Fact } from '@keybuzz/sdk';
import { answered, jsonOf, type Api } from './api.ts';
import { hostOf } from './places.ts';

/** A node as another one, or itself, sees it. */
export interface NodeSeen {
  readonly host: string;
  readonly running: boolean;
  /** What holds publishers back there. */
  readonly alarms: readonly string[];
  /** Hosts it knows itself cut off from. */
  readonly partitions: readonly string[];
  /** Bytes free where its data is. */
  readonly diskFree: number | undefined;
}

/** A queue as the API lists it; members only where it is replicated. */
export interface QueueSeen {
  readonly vhost: string;
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly leader: string | undefined;
  readonly members: readonly string[];
  /** How many members its own arguments want; undefined when they say nothing. */
  readonly groupSize?: number | undefined;
  readonly online: readonly string[];
}

interface RawNode { name: string; running: boolean; mem_alarm?: boolean; disk_free_alarm?: boolean; partitions?: string[]; disk_free?: number }
interface RawQueue { vhost: string; name: string; type?: string; durable?: boolean; exclusive?: boolean; leader?: string; node?: string; members?: string[]; online?: string[]; arguments?: Record<string, unknown> }

/** All nodes as this one sees them; undefined while it does not serve. */
export function nodesSeen(api: Api): Fact<readonly NodeSeen[] | undefined> {
  return answered('nodes', api, {
    path: '/nodes?columns=name,running,mem_alarm,disk_free_alarm,partitions,disk_free',
    parse: (answer) => jsonOf<RawNode[]>(answer)?.map((node) => ({
      host: hostOf(node.name),
      running: node.running,
      alarms: [...(node.mem_alarm === true ? ['memory'] : []), ...(node.disk_free_alarm === true ? ['disk'] : [])],
      partitions: (node.partitions ?? []).map(hostOf),
      diskFree: node.disk_free,
    })),
  });
}

/** All queues as this node sees them; undefined while it does not serve. */
export function queuesSeen(api: Api): Fact<readonly QueueSeen[] | undefined> {
  return answered('queues', api, {
    path: '/queues?columns=vhost,name,type,durable,exclusive,leader,node,members,online,arguments',
    parse: (answer) => jsonOf<RawQueue[]>(answer)?.map((queue) => ({
      vhost: queue.vhost,
      name: queue.name,
      type: queue.type ?? 'classic',
      durable: queue.durable ?? false,
      exclusive: queue.exclusive ?? false,
      leader: (queue.leader ?? queue.node) === undefined ? undefined : hostOf(queue.leader ?? queue.node ?? ''),
      members: (queue.members ?? []).map(hostOf),
      groupSize: sizeOf(queue.arguments),
      online: (queue.online ?? []).map(hostOf),
    })),
  });
}

// What is wanted later outranks what was at first.
function sizeOf(given: Readonly<Record<string, unknown>> = {}): number | undefined {
  const size = given['x-quorum-target-group-size'] ?? given['x-quorum-initial-group-size'];
  return typeof size === 'number' ? size : undefined;
}

/** The queues that would lose their majority without a node; undefined while it does not serve. */
export type Critical = Fact<readonly string[] | undefined>;

/** Those of this node. */
export function criticalFor(api: Api): Critical {
  return answered('queues that need this node', api, {
    path: '/health/checks/node-is-quorum-critical',
    parse: ({ status, body }) => {
      if (status === 200) return [];
      if (status !== 503) return undefined;
      const { queues = [], reason = 'it says no more' } = JSON.parse(body) as { queues?: { readable_name?: string; name?: string }[]; reason?: string };
      return queues.length === 0 ? [reason] : queues.map(({ readable_name: readable, name }) => readable ?? name ?? 'one without a name');
    },
  });
}

/** What a node says of itself; undefined while it does not serve. */
export interface Overview {
  readonly version: string;
  readonly erlang: string;
  readonly cluster: string;
}

/** The versions and the name of the cluster as this node knows them. */
export function overviewSeen(api: Api): Fact<Overview | undefined> {
  return answered('overview', api, {
    path: '/overview?columns=rabbitmq_version,erlang_version,cluster_name&disable_stats=true',
    parse: (answer) => {
      const raw = jsonOf<{ rabbitmq_version: string; erlang_version: string; cluster_name: string }>(answer);
      return raw && { version: raw.rabbitmq_version, erlang: raw.erlang_version, cluster: raw.cluster_name };
    },
  });
}
