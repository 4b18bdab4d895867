import { haproxy } from '@keybuzz/mod-haproxy';
import type { Act } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { databaseSoftware, poolerSoftware } from './software.ts';

/** PostgreSQL, Patroni and its DCS are on the database hosts, PgBouncer on the proxies; nothing runs yet. */
export const install: Act<PostgresConfig, string> = async (scope) => {
  const { cluster, config } = scope;
  await Promise.all([
    cluster.each((host) => host.ensure(...databaseSoftware(config))),
    scope.hostsOf(haproxy).each((host) => host.ensure(...poolerSoftware)),
  ]);
};
