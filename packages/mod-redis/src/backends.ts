import type { BackendsOn } from '@keybuzz/mod-haproxy';
import type { Probe } from '@keybuzz/sdk';

/** The way to the master, by its name in HAProxy. */
export const masterBackend = 'redis_master';

/** On every proxy one server is the way to the master, and the others are the way for reading. */
export function backendProbes(proxies: readonly BackendsOn[], { members, reads }: { members: number; reads: boolean }): readonly Probe[] {
  return proxies.flatMap(({ host, backends, unreachable }) => {
    if (unreachable !== undefined) return [{ title: 'answers over SSH', host, status: 'down' as const, seen: unreachable, wanted: 'yes' }];
    const up = (name: string): readonly string[] => backends.filter(({ backend, status }) => backend === name && status === 'up').map(({ server }) => server);
    const [master, replicas] = [up(masterBackend), up('redis_replicas')];
    const way: Probe = { title: 'leads to one master', host, status: master.length === 1 ? 'ok' : 'down', seen: master.join(', ') || 'none', wanted: 'exactly one' };
    const reading: Probe = { title: 'leads to the replicas', host, status: replicas.length === members - 1 ? 'ok' : 'degraded', seen: `${replicas.length} of ${members - 1}`, wanted: `${members - 1} of ${members - 1}` };
    return reads ? [way, reading] : [way];
  });
}
