import { haproxy } from '@keybuzz/mod-haproxy';
import type { Host, Scope } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';

/** What the verbs of this module receive. */
export type RabbitmqScope = Scope<RabbitmqConfig, CredentialName>;

/** The whole cluster as the stack wants it, whichever hosts are worked on. */
export interface Wanted {
  readonly members: readonly Host[];
  readonly proxies: readonly Host[];
  /** Where clients connect: the load balancer, or the first proxy without one. */
  readonly entry: string;
}

/** Why so many hosts make no cluster; undefined when they do. */
export function withoutMajority(hosts: readonly Host[]): string | undefined {
  if (hosts.length >= 3 && hosts.length % 2 === 1) return undefined;
  return `${hosts.length} hosts (${hosts.map(({ name }) => name).join(', ')}) do not do: a cluster takes three, or another odd number, so that most of them are left when one is lost`;
}

/** The hosts of the cluster and the way to it. */
export function wantedOf(scope: Pick<RabbitmqScope, 'uses' | 'module' | 'provided'>): Wanted {
  const { address, hosts } = scope.provided(haproxy);
  const members = scope.uses.find((used) => used.module.name === scope.module)?.hosts ?? [];
  return { members, proxies: hosts, entry: address ?? hosts[0]?.address ?? '' };
}
