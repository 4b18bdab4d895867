import { join } from 'node:path';
import { createPool, type ConnectOptions, type Pool, type ReadStack } from '@keybuzz/sdk';
import type { TwinState } from '@keybuzz/twin/state';
import { projectRoot } from './project.ts';
import { serverOptions, type Asking } from './server-options.ts';

/** How hosts are connected to, and the file with the keys they are known by. */
export interface Reach {
  readonly knownHosts: string;
  readonly pool: Pool;
}

/** The way to the servers of the stack, or to those of the twin. */
export async function reach(stack: ReadStack, twin: TwinState | undefined, asking: Asking): Promise<Reach> {
  if (twin !== undefined) return of({ knownHosts: twin.knownHostsFile, identityFile: twin.keyFile, agent: false, config: false, pin: 'strict' });
  return of({ knownHosts: join(projectRoot, '.kb', 'known_hosts'), ...(await serverOptions(stack, asking)) });
}

function of(options: ConnectOptions): Reach {
  const { knownHosts, jump } = options;
  const pool = createPool(options);
  if (jump === undefined) return { knownHosts, pool };
  // The jump host has an address of its own for who comes from outside; it is one connection, whether hosts are reached through it or it is worked on.
  const known = <T extends { readonly name: string }>(target: T): T | typeof jump => (target.name === jump.name ? jump : target);
  return { knownHosts, pool: { session: (target) => pool.session(known(target)), scanHostKey: (target) => pool.scanHostKey(known(target)), close: () => pool.close() } };
}
