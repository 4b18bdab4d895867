import { Failure, ini, type Host } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { role } from './hba.ts';
import { atLeast } from './patroni-api.ts';
import { port } from './ports.ts';
import { authQuery } from './roles.ts';
import { predictedOutage, timersOf } from './timers.ts';
import { poolerTls } from './tls.ts';

/** Where Debian's unit looks for it. */
export const pgbouncerIni = '/etc/pgbouncer/pgbouncer.ini';

/** Prepared statements that this version keeps for a client, 0 for none. Throws Failure `badConfig` when it could not keep those that are wanted: it would not start. */
export function preparedStatementsOf({ preparedStatements }: PostgresConfig['pooler'], version: string): number {
  const able = atLeast(version, '1.21.0');
  if (!able && (preparedStatements ?? 0) > 0) throw new Failure('badConfig', `postgres.pooler.preparedStatements: PgBouncer ${version} keeps none, wanted 1.21 or later, or 0`, { next: 'edit use(postgres, …) in the stack' });
  return preparedStatements ?? (able ? 200 : 0);
}

/** PgBouncer of one proxy, in its installed version: it follows the HAProxy beside it and keeps no password; who may log in, the cluster says. */
export function pgbouncerConfiguration(proxy: Host, { config, version }: { config: PostgresConfig; version: string }): string {
  const { maxClients, poolSize } = config.pooler;
  const preparedStatements = preparedStatementsOf(config.pooler, version);
  const timers = timersOf(config.rto);
  return ini(
    {
      databases: { '*': `host=${proxy.address} port=${port.postgres}` },
      pgbouncer: {
        listen_addr: proxy.address,
        listen_port: port.pooler,
        unix_socket_dir: '/var/run/postgresql',
        pidfile: '/var/run/postgresql/pgbouncer.pid',
        logfile: '/var/log/postgresql/pgbouncer.log',
        auth_type: 'scram-sha-256',
        auth_user: role.pooler,
        auth_dbname: 'postgres',
        auth_query: authQuery,
        pool_mode: 'transaction',
        max_client_conn: maxClients,
        default_pool_size: poolSize,
        max_prepared_statements: preparedStatements === 0 ? undefined : preparedStatements,
        ignore_startup_parameters: 'extra_float_digits',
        // Default 600: a role that its clients have left would count as used for as long.
        server_idle_timeout: 60,
        server_login_retry: timers.loginRetry,
        // A client that waits for a server connection outlasts a failover, and is told soon after.
        query_wait_timeout: Math.ceil(predictedOutage(timers).worst) + 10,
        server_connect_timeout: 5,
        tcp_keepalive: 1,
        tcp_keepidle: 30,
        tcp_keepintvl: 10,
        tcp_keepcnt: 3,
        client_tls_sslmode: 'require',
        client_tls_cert_file: poolerTls.certificate,
        client_tls_key_file: poolerTls.key,
        server_tls_sslmode: 'verify-ca',
        server_tls_ca_file: poolerTls.authority,
        server_tls_cert_file: poolerTls.certificate,
        server_tls_key_file: poolerTls.key,
      },
    },
    { module: 'postgres' },
  );
}
