import type { BackendState } from '@keybuzz/mod-haproxy';
import type { Probe } from '@keybuzz/sdk';

/** What one proxy said of its ways to the nodes. */
export interface BackendsOn {
  readonly host: string;
  readonly backends: readonly BackendState[];
  readonly unreachable: string | undefined;
}

/** Every proxy leads to every node. */
export function backendProbes(proxies: readonly BackendsOn[], members: number): readonly Probe[] {
  return proxies.map(({ host, backends, unreachable }) => {
    if (unreachable !== undefined) return { title: 'answers over SSH', host, status: 'down', seen: unreachable, wanted: 'yes' };
    const up = backends.filter(({ backend, status }) => backend === 'rabbitmq' && status === 'up').length;
    return { title: 'leads to every node', host, status: up === members ? 'ok' : up === 0 ? 'down' : 'degraded', seen: `${up} of ${members}`, wanted: `${members} of ${members}` };
  });
}
