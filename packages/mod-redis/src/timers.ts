import type { RedisConfig } from './config.ts';

/** All that decides how long a failure lasts, in milliseconds. */
export interface Timers {
  /** Sentinel: how long a server may say nothing, and how long a failover may take; a vote that failed is repeated after twice that. */
  readonly downAfter: number;
  readonly failoverTimeout: number;
  /** Seconds: a replica that said nothing for longer does not count. Shorter than a failover, so that a master that is cut off stops taking writes before another begins; replicas report every second. */
  readonly maxLag: number;
  /** HAProxy: between two checks, when the last ones agreed and when they did not, and how long one may take. */
  readonly checkInterval: number;
  readonly fastInterval: number;
  readonly checkTimeout: number;
  readonly fall: number;
  /** systemd: the pause before a server that died is started again. */
  readonly restartAfter: number;
}

type Profile = Omit<Timers, 'restartAfter'>;

const profiles: Readonly<Record<RedisConfig['rto'], Profile>> = {
  fast: { downAfter: 2000, failoverTimeout: 4000, maxLag: 2, checkInterval: 500, fastInterval: 250, checkTimeout: 800, fall: 2 },
  balanced: { downAfter: 5000, failoverTimeout: 15_000, maxLag: 4, checkInterval: 1000, fastInterval: 500, checkTimeout: 1500, fall: 2 },
  safe: { downAfter: 10_000, failoverTimeout: 60_000, maxLag: 8, checkInterval: 2000, fastInterval: 1000, checkTimeout: 3000, fall: 3 },
};

/**
 * The timers of the profiles, which fit one another. A master that comes back before it is replaced has lost what was
 * not on its disk yet, at most a second, and would have its replicas forget it too: so with `rpo: zero` it comes back
 * only after Sentinel has noticed (down-after), voted and promoted (4 s).
 */
export function timersOf({ rto, rpo }: Pick<RedisConfig, 'rto' | 'rpo'>): Timers {
  const profile = profiles[rto];
  return { ...profile, restartAfter: rpo === 'zero' ? profile.downAfter + 4000 : 1000 };
}

/**
 * Milliseconds without a master when the first vote decides: the second Sentinel notices and asks at once (downAfter at most),
 * they vote, the chosen one is asked once a second whether it leads, a replica follows it, HAProxy finds it. When the
 * whole host is gone nothing refuses connections either: a check that waits comes on top.
 */
export function predictedOutage({ downAfter, checkInterval, checkTimeout }: Timers): { readonly killed: number; readonly gone: number } {
  const killed = downAfter + 500 + 1100 + 400 + checkInterval;
  return { killed, gone: killed + checkTimeout };
}
