import { authorityLine } from '@keybuzz/mod-haproxy';
import { Secret, text, type Host } from '@keybuzz/sdk';
import { masterBackend } from './backends.ts';
import type { RedisConfig } from './config.ts';
import { port } from './ports.ts';
import { timersOf } from './timers.ts';
import { proxyAuthority } from './tls.ts';
import { user } from './users.ts';

/** What the fragment depends on. */
export interface FragmentAbout {
  readonly proxy: Pick<Host, 'address'>;
  readonly members: readonly Pick<Host, 'name' | 'address'>[];
  readonly config: RedisConfig;
  readonly password: Secret;
  /** PEM, where servers speak TLS: what clients send is passed on as it is, checks have TLS of their own. */
  readonly authority?: string | undefined;
}

/**
 * HAProxy's part for Redis: 6379 leads to the master that a replica follows, 6380 to replicas whose master is there.
 * A former master that is back and does not know yet that it was replaced has no replica, so it gets no connection;
 * one that is cut off from its replicas loses them within the seconds that `min-replicas-max-lag` gives.
 */
export function fragment({ proxy, members, config, password, authority }: FragmentAbout): Secret {
  const { checkInterval, fastInterval, checkTimeout, fall } = timersOf(config);
  const servers = members.map(({ name, address }) => `server ${name} ${address}:${port.redis}`);
  // min_slaves_good_slaves is only told when writes depend on it.
  const followed = config.rpo === 'zero' ? 'min_slaves_good_slaves' : 'connected_slaves';
  const part = (name: string, about: { number: number; expect: string }): string => text`
    listen ${name}
      bind ${proxy.address}:${about.number}
      mode tcp
      option tcplog
      option tcp-check
      timeout check ${checkTimeout}ms
      tcp-check connect${authority === undefined ? '' : ' default'}
      # QUIT has the server close, so that an answer that is not the wanted one is known at once.
      tcp-check send "AUTH ${user.haproxy} ${password.reveal()}\r\nINFO replication\r\nQUIT\r\n"
      tcp-check expect rstring "${about.expect}"
      option redispatch 1
      retries 2
      # Subscribers and blocked readers say nothing for hours.
      timeout client 24h
      timeout server 24h
      ${authority === undefined ? [] : [authorityLine(authority)]}
      default-server check${authority === undefined ? '' : ` check-ssl verify required ca-file ${proxyAuthority}`} inter ${checkInterval}ms fastinter ${fastInterval}ms downinter ${checkInterval}ms fall ${fall} rise 1 observe layer4 error-limit 1 on-error mark-down on-marked-down shutdown-sessions
      ${servers}
  `;
  const master = part(masterBackend, { number: port.redis, expect: String.raw`role:master[\s\S]*${followed}:[1-9]` });
  const replicas = part('redis_replicas', { number: port.reads, expect: String.raw`role:slave[\s\S]*master_link_status:up` });
  return Secret.of(password.name, config.reads ? `${master}\n${replicas}` : master);
}
