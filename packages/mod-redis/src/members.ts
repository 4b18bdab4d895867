import { haproxy } from '@keybuzz/mod-haproxy';
import { Failure, type Host, type Scope } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { layoutOf, type Layout } from './layout.ts';

/** What the verbs of this module receive. */
export type RedisScope = Scope<RedisConfig, CredentialName>;

/** The whole set as the stack wants it, whichever hosts are worked on. */
export interface Wanted {
  readonly members: readonly Host[];
  readonly proxies: readonly Host[];
  readonly layout: Layout;
  /** The address that clients use: the load balancer, or the first proxy without one. */
  readonly entry: string;
  /** The host that leads a set that never was; nothing afterwards. */
  readonly seed: Host;
}

/** The hosts and the places of the set. Throws Failure `badConfig` when it has no hosts. */
export function wantedOf(scope: RedisScope): Wanted {
  const { uses, module, config } = scope;
  const { address, hosts } = scope.provided(haproxy);
  const members = uses.find((used) => used.module.name === module)?.hosts ?? [];
  const seed = members.find(({ subrole }) => subrole === 'master') ?? members[0];
  if (seed === undefined) throw new Failure('badConfig', 'redis has no hosts in this stack', { next: 'give use(redis, { hosts }) a query that matches three' });
  return { members, proxies: hosts, layout: layoutOf(config), entry: address ?? hosts[0]?.address ?? '', seed };
}

/** Sentinels that must agree that the master is lost. */
export function quorumOf({ members }: Pick<Wanted, 'members'>): number {
  return Math.floor(members.length / 2) + 1;
}
