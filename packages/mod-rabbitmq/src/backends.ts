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

/** A proxy that takes a node for down; undefined when there is none. One that cannot be asked, or that does not know of a node yet, does not lead to it by mistake. */
export function missed(proxies: readonly BackendsOn[]): string | undefined {
  return proxies.flatMap(({ host, backends }) => backends.filter(({ backend, status }) => backend === nodesBackend && status === 'down').map(({ server, words }) => `${host} does not lead to ${server}: ${words}`))[0];
}
