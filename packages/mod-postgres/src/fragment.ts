import { authorityLine } from '@keybuzz/mod-haproxy';
import { text, type Host } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { port } from './ports.ts';
import { poolerTls } from './tls.ts';
import { timersOf } from './timers.ts';

/** HAProxy's part for PostgreSQL: 5432 leads to whoever is primary, 5433 to the replicas that are not too far behind, as Patroni itself says. `authority` is the one that signed Patroni's certificates, PEM. */
export function fragment(about: { proxy: Host; members: readonly Host[]; config: Pick<PostgresConfig, 'rto' | 'replicaLag'>; authority: string }): string {
  const { proxy, members, config, authority } = about;
  const { checkInterval, fastInterval, fall, rise } = timersOf(config.rto);
  const servers = members.map(({ name, address }) => `server ${name} ${address}:${port.postgres}`);
  const part = (name: string, number: number, path: string): string => text`
    listen ${name}
      bind ${proxy.address}:${number}
      mode tcp
      option tcplog
      option httpchk OPTIONS ${path}
      http-check expect status 200
      # A member that refuses a connection is down at once, and the client is told at once: a retry of HAProxy waits a second.
      retries 0
      # Idle sessions belong to their clients: PostgreSQL's own time-outs end them.
      timeout client 24h
      timeout server 24h
      default-server inter ${checkInterval}ms fastinter ${fastInterval}ms downinter ${fastInterval}ms fall ${fall} rise ${rise} check check-ssl port ${port.patroni} verify required ca-file ${poolerTls.authority} observe layer4 error-limit 1 on-error mark-down on-marked-down shutdown-sessions
      ${servers}
  `;
  return `${authorityLine(authority)}\n${part('postgres_primary', port.postgres, '/primary')}\n${part('postgres_replicas', port.replicas, `/replica?lag=${config.replicaLag}`)}`;
}
