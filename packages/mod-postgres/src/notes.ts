import type { PostgresConfig } from './config.ts';
import { predictedOutage, timersOf } from './timers.ts';

/** What a plan says of the choices that were made. */
export function notes({ dcs, rto }: PostgresConfig): readonly string[] {
  const { best, average, worst } = predictedOutage(timersOf(rto));
  return [
    `rto ${rto}: a lost leader host costs ${best.toFixed(0)} to ${worst.toFixed(0)} s without a primary, ${average.toFixed(0)} s on average`,
    ...(dcs === 'raft' ? ["dcs raft: Raft is deprecated by Patroni since 3.0; etcd is the one to choose: dcs: 'etcd'"] : []),
  ];
}
