import type { PostgresConfig } from './config.ts';
import type { Layout } from './layout.ts';
import { atLeast } from './patroni-api.ts';
import { timersOf } from './timers.ts';

/** A value of Patroni's dynamic configuration. */
export type Dynamic = string | number | boolean | { readonly [key: string]: Dynamic };

/** What the dynamic configuration depends on; `patroni` is the version that reads it. */
export interface ClusterInput {
  readonly config: PostgresConfig;
  readonly layout: Layout;
  readonly patroni: string;
}

/** What the whole cluster agrees on, kept in the DCS: written when the cluster is made, compared ever after. */
export function dynamicConfiguration({ config, layout, patroni }: ClusterInput): { readonly [key: string]: Dynamic } {
  const { ttl, loopWait, retryTimeout } = timersOf(config.rto);
  return {
    ttl,
    loop_wait: loopWait,
    retry_timeout: retryTimeout,
    // 1 MiB: a replica further behind never becomes leader (PostgreSQL's WAL segments have 16).
    maximum_lag_on_failover: 1_048_576,
    // A crashed leader gives way to a replica at once instead of trying to recover first.
    primary_start_timeout: 0,
    failsafe_mode: true,
    ...synchronous(config, patroni),
    postgresql: { use_pg_rewind: true, use_slots: true, parameters: parameters(config, layout) },
  };
}

/**
 * With `zero` no write is acknowledged that is not on two hosts, whoever is lost; any replica will do, so that the loss of
 * one is not felt. Patroni before 4.0 knows no quorum, and would take the word for false: it waits for a replica it chose.
 */
function synchronous({ rpo }: PostgresConfig, patroni: string): { readonly [key: string]: Dynamic } {
  if (rpo === 'bounded') return { synchronous_mode: false };
  return { synchronous_mode: atLeast(patroni, '4.0.0') ? 'quorum' : true, synchronous_mode_strict: true };
}

/** The parameters of PostgreSQL, those of the configuration last. */
export function parameters({ maxConnections, rto, parameters: own }: PostgresConfig, { tls }: Layout): { readonly [key: string]: Dynamic } {
  return {
    max_connections: maxConnections,
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    maintenance_work_mem: '64MB',
    work_mem: '4MB',
    checkpoint_completion_target: 0.9,
    random_page_cost: 1.1,
    min_wal_size: '1GB',
    max_wal_size: '4GB',
    wal_keep_size: '1GB',
    wal_level: 'replica',
    wal_log_hints: 'on',
    max_wal_senders: 10,
    max_replication_slots: 10,
    hot_standby: 'on',
    // Seconds until a peer that says nothing is given up.
    wal_sender_timeout: `${timersOf(rto).peerTimeout}s`,
    wal_receiver_timeout: `${timersOf(rto).peerTimeout}s`,
    password_encryption: 'scram-sha-256',
    shared_preload_libraries: 'pg_stat_statements',
    ssl: 'on',
    ssl_ca_file: tls.authority,
    ssl_cert_file: tls.certificate,
    ssl_key_file: tls.key,
    log_checkpoints: 'on',
    log_lock_waits: 'on',
    ...own,
  };
}

/** The part of `wanted` that `present` does not have; undefined when it has all of it. Numbers and their texts are alike, and so are true and `on`. */
export function missingFrom(present: unknown, wanted: Dynamic): Dynamic | undefined {
  if (typeof wanted !== 'object') return sameSetting(present, wanted) ? undefined : wanted;
  const has = typeof present === 'object' && present !== null ? (present as Record<string, unknown>) : {};
  const missing = Object.entries(wanted).flatMap(([key, value]) => {
    const part = missingFrom(has[key], value);
    return part === undefined ? [] : [[key, part] as const];
  });
  return missing.length === 0 ? undefined : Object.fromEntries(missing);
}

function sameSetting(present: unknown, wanted: string | number | boolean): boolean {
  if (typeof present !== 'string' && typeof present !== 'number' && typeof present !== 'boolean') return false;
  return text(present) === text(wanted);
}

/** In one writing: YAML takes a bare `on` for true, and PostgreSQL and Patroni take either. */
function text(value: string | number | boolean): string {
  return value === true ? 'on' : value === false ? 'off' : String(value);
}

/** A nested configuration as `a.b = c` lines, for people. */
export function flat(value: Dynamic, path = ''): readonly string[] {
  if (typeof value !== 'object') return [`${path} = ${value}`];
  return Object.entries(value).flatMap(([key, each]) => flat(each, path === '' ? key : `${path}.${key}`));
}
