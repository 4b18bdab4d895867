import { Secret, text, type Host } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { timersOf, type Timers } from './timers.ts';
import { tlsDirectives } from './tls.ts';
import { ours, user } from './users.ts';

/** The settings of a Sentinel that it does not change itself. */
export function sentinelConf(host: Pick<Host, 'address'>, layout: Layout): string {
  return text`
    ${ours}
    bind ${host.address} 127.0.0.1
    ${tlsDirectives(layout, port.sentinel).map(([key, value]) => `${key} ${value}`)}
    protected-mode yes
    aclfile ${layout.sentinel.users}
    dir ${layout.dataDirectory}
    logfile ""
    sentinel announce-ip ${host.address}
    sentinel resolve-hostnames no
  `;
}

/** The passwords as Sentinel writes them down: what it shows to servers, and to the other Sentinels. */
export function sentinelPasswords({ masterName }: Pick<RedisConfig, 'masterName'>, passwords: Readonly<Record<CredentialName, Secret>>): readonly Secret[] {
  return [
    Secret.of(passwords.sentinel.name, `sentinel auth-pass ${masterName} ${passwords.sentinel.reveal()}`),
    Secret.of(passwords['sentinel-clients'].name, `sentinel sentinel-pass ${passwords['sentinel-clients'].reveal()}`),
  ];
}

/** What a Sentinel begins with; from then on it is its own, and tells who leads. */
export function sentinelMemory(config: RedisConfig, about: { master: Pick<Host, 'address'>; quorum: number; passwords: Readonly<Record<CredentialName, Secret>> }): Secret {
  const { masterName } = config;
  const { master, quorum, passwords } = about;
  const lines = [
    `sentinel monitor ${masterName} ${master.address} ${port.redis} ${quorum}`,
    ...Object.entries(sentinelSettings(timersOf(config))).map(([key, value]) => `sentinel ${key} ${masterName} ${value}`),
    `sentinel auth-user ${masterName} ${user.sentinel}`,
    ...sentinelPasswords(config, passwords).map((line) => line.reveal()),
    '',
  ];
  return Secret.of(passwords.sentinel.name, lines.join('\n'));
}

/** How a Sentinel watches its master, by the names that SENTINEL SET and SENTINEL MASTER have for it. */
export function sentinelSettings({ downAfter, failoverTimeout }: Timers): Readonly<Record<string, number>> {
  return { 'down-after-milliseconds': downAfter, 'failover-timeout': failoverTimeout, 'parallel-syncs': 1 };
}
