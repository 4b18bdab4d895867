import { banner, shellAssign, text } from '@keybuzz/sdk';
import type { HaproxyConfig } from './config.ts';
import { fragments, runtimeSocket, serverStates } from './places.ts';

/** Who may see the statistics page and the metrics. */
export const statsUser = 'keybuzz';

/** The main file of a host: the process, what every fragment starts from, and the statistics; valid for HAProxy 2.4 to 3.0. */
export function haproxyConf({ statsPort, maxConnections, drain }: HaproxyConfig, about: { address: string; passwordHash: string }): string {
  return text`
    ${banner('haproxy')}
    # What a module needs stands in a file of its own in ${fragments}.

    global
      log /dev/log local0
      chroot /var/lib/haproxy
      user haproxy
      group haproxy
      maxconn ${maxConnections}
      # Old processes check no servers: a connection they keep does not notice a failover by itself.
      hard-stop-after ${drain}
      stats socket ${runtimeSocket} mode 660 level admin expose-fd listeners
      stats timeout 30s
      server-state-file ${serverStates}
      ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
      ssl-default-server-options ssl-min-ver TLSv1.2

    defaults
      mode tcp
      log global
      option tcplog
      option dontlognull
      option log-health-checks
      # A server that is checked gets connections once a check has found it well, in this process or in the one before it.
      load-server-state-from-file global
      # A connection that finds its server gone is tried on another one.
      option redispatch
      retries 3
      # Idle databases, queues and pools are no fault; dead peers are found by keep-alive packets.
      option clitcpka
      option srvtcpka
      timeout connect 5s
      timeout client 1h
      timeout server 1h
      timeout client-fin 30s
      timeout queue 30s
      timeout check 3s
      default-server inter 2s fastinter 500ms fall 3 rise 2 on-marked-down shutdown-sessions

    userlist keybuzz-stats
      user ${statsUser} password ${about.passwordHash}

    frontend keybuzz-stats
      mode http
      option httplog
      option dontlog-normal
      timeout http-request 10s
      timeout client 30s
      bind ${about.address}:${statsPort}
      http-request auth realm KeyBuzz unless { http_auth(keybuzz-stats) }
      http-request use-service prometheus-exporter if { path /metrics }
      stats enable
      stats uri /
      stats refresh 10s
  `;
}

/** What the unit adds to its command lines: its own master socket, and the folder of fragments after the main file. */
export function unitOptions(): string {
  return shellAssign({ EXTRAOPTS: `-S /run/haproxy-master.sock -f ${fragments}` }, { module: 'haproxy' });
}
