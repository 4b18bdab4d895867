import { haproxy } from '@keybuzz/mod-haproxy';
import type { Endpoint, Provision } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { role } from './hba.ts';
import { port } from './ports.ts';

/** Where applications connect: to the load balancer, or to the first proxy when there is none. */
export function endpoints(about: Provision<PostgresConfig>): readonly Endpoint[] {
  const { address, hosts } = about.provided(haproxy);
  const at = (number: number, database: string): string => `postgres://${role.app}@${address ?? hosts[0]?.address ?? ''}:${number}/${database}?sslmode=verify-full`;
  return about.config.databases.slice(0, 1).flatMap(({ name }) => [
    { title: 'PostgreSQL, the primary', url: at(port.postgres, name) },
    { title: 'PostgreSQL, the replicas', url: at(port.replicas, name) },
    { title: 'PostgreSQL, pooled by transaction', url: at(port.pooler, name) },
  ]);
}
