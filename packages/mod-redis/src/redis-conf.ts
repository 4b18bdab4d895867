import { Secret, text, type Host } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { timersOf } from './timers.ts';
import { tlsDirectives } from './tls.ts';
import { ours, user } from './users.ts';

/** What a server's settings depend on. */
export interface RedisConfAbout {
  readonly host: Pick<Host, 'address'>;
  readonly config: RedisConfig;
  readonly layout: Layout;
  /** Bytes of the host. */
  readonly memory: number;
}

const mebibyte = 1024 * 1024;

/** The settings of a server. Who leads is not among them: Sentinel decides that, and the server remembers it in a file of its own. */
export function redisConf({ host, config, layout, memory }: RedisConfAbout): string {
  const own = Object.keys(config.parameters);
  const lines = settings({ host, config, layout, memory }).filter(([key]) => !own.includes(key));
  return text`
    ${ours}
    ${lines.map(([key, value]) => `${key} ${value}`)}
    ${Object.entries(config.parameters).map(([key, value]) => `${key} ${value}`)}
    include ${layout.replication}
  `;
}

function settings({ host, config, layout, memory }: RedisConfAbout): readonly (readonly [string, string | number])[] {
  return [
    ['bind', `${host.address} 127.0.0.1`],
    ...tlsDirectives(layout, port.redis),
    ['protected-mode', 'yes'],
    ['aclfile', layout.server.users],
    ['replica-announce-ip', host.address],
    ['dir', layout.dataDirectory],
    ['logfile', '""'],
    ['tcp-keepalive', 60],
    ['timeout', 0],
    ['maxmemory', `${Math.floor((memory * config.memory) / mebibyte)}mb`],
    ['maxmemory-policy', config.purpose === 'cache' ? 'allkeys-lru' : 'noeviction'],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    // The empty one forgets the lines that came before.
    ['save', '""'],
    ['save', '900 1'],
    ['save', '300 10'],
    // A replica that has just got everything writes its first AOF and otherwise refuses to end, once and for all: systemd would wait for ever.
    ['shutdown-on-sigterm', 'force'],
    // A replica that was away for a while catches up from here instead of from the beginning.
    ['replica-priority', usualPriority],
    ['repl-backlog-size', '64mb'],
    ['repl-diskless-sync', 'yes'],
    // The usual 5 s wait for more replicas would keep a new master from having one that counts.
    ['repl-diskless-sync-delay', 0],
    ['repl-ping-replica-period', 2],
    ['repl-timeout', 10],
    ['min-replicas-to-write', minReplicas(config)],
    ['min-replicas-max-lag', timersOf(config).maxLag],
  ];
}

/** What a server has when nobody is preferred; Sentinel chooses the lowest. */
export const usualPriority = 100;

/** Replicas without which a master refuses writes. */
export function minReplicas({ rpo }: Pick<RedisConfig, 'rpo'>): number {
  return rpo === 'zero' ? 1 : 0;
}

/** What a replica shows its master; the same on every host, for each may lead. */
export function replicationConf(password: Secret): Secret {
  return Secret.of(password.name, `${ours}\nmasteruser ${user.replication}\nmasterauth ${password.reveal()}\n`);
}
