import type { BackendsOn } from '@keybuzz/mod-haproxy';
import type { Probe } from '@keybuzz/sdk';

/** The way to the nodes, by its name in HAProxy. */
export const nodesBackend = 'rabbitmq';

/** Every proxy leads to every node. */
export function backendProbes(proxies: readonly BackendsOn[], members: number): readonly Probe[] {
  return proxies.map(({ host, backends, unreachable }) => {
    if (unreachable !== undefined) return { title: 'answers over SSH', host, status: 'down', seen: unreachable, wanted: 'yes' };
    const up = backends.filter(({ backend, status }) => backend === nodesBackend && status === 'up').length;
    return { title: 'leads to every node', host, status: up === members ? 'ok' : up === 0 ? 'down' : 'degraded', seen: `${up} of ${members}`, wanted: `${members} of ${members}` };
  });
}
