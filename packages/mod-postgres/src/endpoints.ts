import { haproxy } from '@keybuzz/mod-haproxy';
import type { Endpoint, Provision, StoredCredentials } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { roleCredentials, type CredentialName } from './credentials.ts';
import { role } from './hba.ts';
import { loginOf } from './logins.ts';
import { port } from './ports.ts';

/** Where applications connect, and as whom now: to the load balancer, or to the first proxy when there is none. */
export function endpoints(about: Provision<PostgresConfig> & StoredCredentials<CredentialName>): readonly Endpoint[] {
  const { address, hosts } = about.provided(haproxy);
  const at = (number: number, user: string, database: string): string => `postgres://${user}@${address ?? hosts[0]?.address ?? ''}:${number}/${database}?sslmode=verify-full`;
  return about.config.databases.slice(0, 1).flatMap(({ name, owner }) => {
    const user = userOf(owner, about);
    return [
      { title: 'PostgreSQL, the primary', url: at(port.postgres, user, name) },
      { title: 'PostgreSQL, the replicas', url: at(port.replicas, user, name) },
      { title: 'PostgreSQL, pooled by transaction', url: at(port.pooler, user, name) },
    ];
  });
}

/** The administrator is always the same one; applications take turns. */
function userOf(owner: string, { credential }: StoredCredentials<CredentialName>): string {
  if (owner === role.admin) return owner;
  return loginOf(owner, credential(owner === role.app ? 'app' : roleCredentials(owner).password)).login;
}
