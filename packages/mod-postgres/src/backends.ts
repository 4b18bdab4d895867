import type { BackendState } from '@keybuzz/mod-haproxy';
import type { Probe } from '@keybuzz/sdk';

/** What one proxy said of the ways to PostgreSQL. */
export interface BackendsOn {
  readonly host: string;
  readonly backends: readonly BackendState[];
  readonly pooler: string;
  readonly unreachable: string | undefined;
}

/** On every proxy one server is the primary's way, the others are the replicas', and the pooler runs. */
export function backendProbes(proxies: readonly BackendsOn[], members: number): readonly Probe[] {
  return proxies.flatMap(({ host, backends, pooler, unreachable }) => {
    if (unreachable !== undefined) return [{ title: 'answers over SSH', host, status: 'down', seen: unreachable, wanted: 'yes' }];
    const up = (name: string): readonly string[] => backends.filter(({ backend, status }) => backend === name && status === 'up').map(({ server }) => server);
    const [primary, replicas] = [up('postgres_primary'), up('postgres_replicas')];
    return [
      { title: 'leads to one primary', host, status: primary.length === 1 ? 'ok' : 'down', seen: primary.join(', ') || 'none', wanted: 'exactly one' },
      { title: 'leads to the replicas', host, status: replicas.length === members - 1 ? 'ok' : 'degraded', seen: `${replicas.length} of ${members - 1}`, wanted: `${members - 1} of ${members - 1}` },
      { title: 'PgBouncer runs', host, status: pooler === 'active' ? 'ok' : 'down', seen: pooler, wanted: 'active' },
    ];
  });
}
