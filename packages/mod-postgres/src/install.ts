import { haproxy } from '@keybuzz/mod-haproxy';
import { unitState, type Act } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { databaseSoftware, poolerSoftware } from './software.ts';

/** PostgreSQL, Patroni and its DCS are on the database hosts, PgBouncer on the proxies; nothing runs yet. Where it does, versions stay: `configure` changes them host by host. */
export const install: Act<PostgresConfig, string> = async (scope) => {
  const { cluster, config } = scope;
  const patroni = unitState('patroni');
  await Promise.all([
    cluster.each(async (host) => host.ensure(...databaseSoftware(config, { versions: !(await host.read([patroni]))(patroni).active }))),
    scope.hostsOf(haproxy).each((host) => host.ensure(...poolerSoftware)),
  ]);
};
