import { haproxy } from '@keybuzz/mod-haproxy';
import type { Endpoint, Provision } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { port } from './ports.ts';

/** Where applications connect: to the load balancer, or to the first proxy when there is none. */
export function endpoints(about: Provision<PostgresConfig>): readonly Endpoint[] {
  const { address, hosts } = about.provided(haproxy);
  const at = (number: number, user: string, database: string): string => `postgres://${user}@${address ?? hosts[0]?.address ?? ''}:${number}/${database}?sslmode=verify-full`;
  return about.config.databases.slice(0, 1).flatMap(({ name, owner }) => [
    { title: 'PostgreSQL, the primary', url: at(port.postgres, owner, name) },
    { title: 'PostgreSQL, the replicas', url: at(port.replicas, owner, name) },
    { title: 'PostgreSQL, pooled by transaction', url: at(port.pooler, owner, name) },
  ]);
}
