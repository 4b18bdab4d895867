import { join } from 'node:path';
import { createPool, fingerprint, type ConnectOptions, type Pool } from '@keybuzz/sdk';
import type { TwinState } from '@keybuzz/twin/state';
import { agreed } from './ask.ts';
import { projectRoot } from './project.ts';

/** How hosts are connected to, and the file with the keys they are known by. */
export interface Reach {
  readonly knownHosts: string;
  readonly pool: Pool;
}

/** The way to the servers, or to those of the twin; `ask`: an operator at the terminal may trust a host that is not known yet. */
export function reach(twin: TwinState | undefined, { ask }: { ask: boolean }): Reach {
  if (twin !== undefined) return of({ knownHosts: twin.knownHostsFile, identityFile: twin.keyFile, agent: false, config: false, pin: 'strict' });
  const knownHosts = join(projectRoot, '.kb', 'known_hosts');
  if (!ask || !process.stdin.isTTY) return of({ knownHosts, pin: 'strict' });
  return of({
    knownHosts,
    pin: 'ask',
    ask: (host, key) => agreed(`${host.name} (${host.address}) shows ${key.type} ${fingerprint(key)}, seen for the first time.\nIs that its key? [y/N] `),
  });
}

function of(options: ConnectOptions): Reach {
  return { knownHosts: options.knownHosts, pool: createPool(options) };
}
