import { ini, type Host } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { role } from './hba.ts';
import { port } from './ports.ts';
import { authQuery } from './roles.ts';
import { timersOf } from './timers.ts';
import { poolerTls } from './tls.ts';

/** Where Debian's unit looks for it. */
export const pgbouncerIni = '/etc/pgbouncer/pgbouncer.ini';

/** PgBouncer of one proxy: it follows the HAProxy beside it and keeps no password; who may log in, the cluster says. */
export function pgbouncerConfiguration(proxy: Host, config: PostgresConfig): string {
  const { maxClients, poolSize, preparedStatements } = config.pooler;
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
        server_login_retry: timersOf(config.rto).loginRetry,
        // A connection that waits for the primary fails in time for the client to know; a failover is shorter.
        query_wait_timeout: 60,
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
