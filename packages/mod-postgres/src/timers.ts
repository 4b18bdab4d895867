import type { PostgresConfig } from './config.ts';

/** All that decides how long a failure lasts, in seconds unless said otherwise. */
export interface Timers {
  /** Patroni: the leader's lease, how often it is renewed, and how long the DCS or PostgreSQL may not answer. */
  readonly ttl: number;
  readonly loopWait: number;
  readonly retryTimeout: number;
  /** HAProxy: milliseconds between two checks, when the last ones agreed and when they did not; failures and successes that count. */
  readonly checkInterval: number;
  readonly fastInterval: number;
  readonly fall: number;
  readonly rise: number;
  /** PostgreSQL: a replication peer that says nothing for so long is given up. */
  readonly peerTimeout: number;
  /** PgBouncer: pause before it connects again after a failure. */
  readonly loginRetry: number;
}

// Patroni wants loop_wait + 2 * retry_timeout <= ttl and refuses a ttl below 20, a retry_timeout below 3 and a loop_wait
// below 1 (docs/dynamic_configuration.rst).
const profiles: Readonly<Record<PostgresConfig['rto'], Timers>> = {
  fast: { ttl: 20, loopWait: 2, retryTimeout: 5, checkInterval: 1000, fastInterval: 300, fall: 2, rise: 1, peerTimeout: 5, loginRetry: 1 },
  balanced: { ttl: 30, loopWait: 5, retryTimeout: 10, checkInterval: 2000, fastInterval: 1000, fall: 2, rise: 2, peerTimeout: 15, loginRetry: 1 },
  safe: { ttl: 60, loopWait: 10, retryTimeout: 20, checkInterval: 3000, fastInterval: 1000, fall: 3, rise: 2, peerTimeout: 60, loginRetry: 3 },
};

/** The timers of a profile, which fit one another. */
export function timersOf(rto: PostgresConfig['rto']): Timers {
  return profiles[rto];
}

/** Seconds without a primary after the leader's host is lost. */
export interface Outage {
  readonly best: number;
  readonly average: number;
  readonly worst: number;
}

/**
 * What comes on top of the lease, in seconds: the members of the DCS elect a leader, which begins every lease anew (etcd
 * waits a second or two), Patroni asks the lost member for two seconds, and a replica is promoted.
 */
const after = { election: 2, asking: 2, promotion: 1 } as const;

/** What a lost leader host costs: the rest of its lease (renewed every loop), the race of the replicas, which the DCS wakes at once, and the checks of HAProxy. */
export function predictedOutage({ ttl, loopWait, fastInterval, rise }: Timers): Outage {
  const best = ttl - loopWait + after.asking;
  const worst = ttl + after.election + after.asking + after.promotion + (rise * fastInterval) / 1000;
  return { best, average: (best + worst) / 2, worst };
}
