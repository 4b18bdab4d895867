import { asFailure, Failure, type Cluster } from '@keybuzz/sdk';
import { backendStates, type BackendState } from './backend-states.ts';

/** What one proxy said of the ways it leads. */
export interface BackendsOn {
  readonly host: string;
  readonly backends: readonly BackendState[];
  /** Why it could not be asked. */
  readonly unreachable: string | undefined;
}

/** What every proxy says now; never a throw. */
export function backendsOn(proxies: Cluster): Promise<readonly BackendsOn[]> {
  const states = backendStates();
  return proxies.each(async (host): Promise<BackendsOn> => {
    try {
      return { host: host.name, backends: (await host.read([states]))(states), unreachable: undefined };
    } catch (error) {
      return { host: host.name, backends: [], unreachable: asFailure(error).message };
    }
  });
}

/** The proxy with the most connections to this backend: losing another one would not be felt. Throws Failure `failed` when none has any. */
export async function carrierOf(proxies: Cluster, backend: string): Promise<string> {
  const loads = (await backendsOn(proxies)).map(({ host, backends }) => ({ host, sessions: backends.filter((each) => each.backend === backend).reduce((sum, { sessions }) => sum + sessions, 0) }));
  const [most] = loads.toSorted((a, b) => b.sessions - a.sessions);
  if (most === undefined || most.sessions === 0) throw new Failure('failed', `no proxy carries a connection to ${backend}`, { next: 'keybuzz health --only haproxy' });
  return most.host;
}
