import type { RabbitmqConfig } from './config.ts';

/** The timers that together decide how long a lost node is missed. */
export interface Timers {
  /**
   * Milliseconds that bytes between nodes may be unacknowledged (TCP_USER_TIMEOUT) until the other node counts as gone.
   * Erlang's own net_ticktime stays at its 60 s: it must be the same in every Erlang that connects, and those that
   * RabbitMQ starts for its tools and for finding its peers have no way to be told.
   */
  readonly lostAfter: number;
  /** Milliseconds between looks of the queues' failure detector at the other nodes. */
  readonly failurePoll: number;
  /** Milliseconds between HAProxy's looks at a node, and how long one may take. */
  readonly checkInterval: number;
  readonly fall: number;
}

const profiles: Readonly<Record<RabbitmqConfig['rto'], Timers>> = {
  fast: { lostAfter: 3000, failurePoll: 500, checkInterval: 1000, fall: 2 },
  balanced: { lostAfter: 8000, failurePoll: 1000, checkInterval: 2000, fall: 2 },
  safe: { lostAfter: 20_000, failurePoll: 5000, checkInterval: 3000, fall: 3 },
};

/**
 * Milliseconds without a confirmation after a host is lost, at worst: connections to it count as gone, queues look at
 * one another twice and vote (1 s), HAProxy notices, and the client connects anew (1 s).
 */
export function predictedOutage({ lostAfter, failurePoll, checkInterval, fall }: Timers): number {
  return lostAfter + 2 * failurePoll + 1000 + checkInterval * fall + 1000;
}

/** The timers of a profile. */
export function timersOf(rto: RabbitmqConfig['rto']): Timers {
  return profiles[rto];
}
