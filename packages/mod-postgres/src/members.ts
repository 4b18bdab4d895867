import { haproxy } from '@keybuzz/mod-haproxy';
import type { Host, Scope } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { layoutOf, type Layout } from './layout.ts';

/** What the verbs of this module receive. */
export type PostgresScope = Scope<PostgresConfig, CredentialName>;

/** The whole cluster as the stack wants it, whichever hosts are worked on. */
export interface Wanted {
  readonly members: readonly Host[];
  readonly proxies: readonly Host[];
  readonly layout: Layout;
  /** The address that clients use: the load balancer, or the first proxy without one. */
  readonly entry: string | undefined;
}

/** The hosts and the places of the cluster. */
export function wantedOf(scope: PostgresScope): Wanted {
  const { uses, module, config } = scope;
  const { address, hosts } = scope.provided(haproxy);
  return {
    members: uses.find((used) => used.module.name === module)?.hosts ?? [],
    proxies: hosts,
    layout: layoutOf(config),
    entry: address,
  };
}
