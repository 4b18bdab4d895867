import { backendStates, type BackendState } from '@keybuzz/mod-haproxy';
import { unitState, type Fact, type Probe, type Seen } from '@keybuzz/sdk';
import { probe } from './probe.ts';

/** What one proxy said of the ways to PostgreSQL. */
export interface BackendsOn {
  readonly host: string;
  readonly backends: readonly BackendState[];
  /** The state of the pooler's unit. */
  readonly pooler: string;
}

/** What a proxy is asked for that. */
export const backendFacts: readonly Fact<unknown>[] = [backendStates(), unitState('pgbouncer')];

/** What it answered. */
export function backendsOn(host: string, seen: Seen): BackendsOn {
  return { host, backends: seen(backendStates()), pooler: seen(unitState('pgbouncer')).activeState };
}

/** One server is the primary's way, the leader's own when somebody knows it; the others are the replicas', and the pooler runs. */
export function backendProbes({ host, backends, pooler }: BackendsOn, { members, leader }: { members: number; leader: string | undefined }): readonly Probe[] {
  const up = (name: string): readonly string[] => backends.filter(({ backend, status }) => backend === name && status === 'up').map(({ server }) => server);
  const [primary, replicas] = [up('postgres_primary'), up('postgres_replicas')];
  return [
    probe('leads to the primary', { host, seen: primary.join(', ') || 'none', ok: primary.length === 1 && (leader === undefined || primary[0] === leader), wanted: leader ?? 'exactly one', otherwise: 'down' }),
    probe('leads to the replicas', { host, seen: `${replicas.length} of ${members - 1}`, ok: replicas.length === members - 1, wanted: `${members - 1} of ${members - 1}` }),
    probe('PgBouncer runs', { host, seen: pooler, ok: pooler === 'active', wanted: 'active', otherwise: 'down' }),
  ];
}
