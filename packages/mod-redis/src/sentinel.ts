import { change, file, fresh, operation, Secret, seed, serviceRunning, type Host, type OpenHost, type Operation } from '@keybuzz/sdk';
import { asked, tell, tellSecretly } from './cli.ts';
import { quorumOf, wantedOf, type RedisScope } from './members.ts';
import { sentinelSaid } from './said.ts';
import { sentinelConf, sentinelMemory, sentinelSettings } from './sentinel-conf.ts';
import { runsInstalled } from './installed.ts';
import { takenByAll } from './known-users.ts';
import { supervised } from './supervised.ts';
import { timersOf } from './timers.ts';

/** The Sentinel of a host runs with the settings wanted. One that never ran begins with this master; any other knows better. */
export function sentinelRunning(host: OpenHost, { scope, master }: { scope: RedisScope; master: Host }): readonly Operation[] {
  const { config, credentials } = scope;
  const wanted = wantedOf(scope);
  const { sentinel, user } = wanted.layout;
  const unitFile = `/etc/systemd/system/${sentinel.unit}.service.d/keybuzz.conf`;
  return [
    file(sentinel.settings, sentinelConf(host, wanted.layout), { group: user, mode: 0o640 }),
    seed(sentinel.memory, sentinelMemory(config, { master, quorum: quorumOf(wanted), passwords: credentials }), { owner: user, mode: 0o640 }),
    supervised(sentinel, { restartAfter: 1000 }),
    serviceRunning(sentinel.unit),
    // Unlike a server it cannot be told to read its certificate again.
    fresh(sentinel.unit, { files: [sentinel.settings, unitFile, ...Object.values(wanted.layout.tls ?? {})] }),
    runsInstalled(sentinel, sentinelSaid(scope), scope),
    watchingAsWanted(scope),
    passwordsKnown(scope),
  ];
}

/** Sentinel watches with the times wanted. Its own file is not touched: it is told, and writes them down. */
function watchingAsWanted(scope: RedisScope): Operation {
  const { config } = scope;
  const sentinel = asked(scope, 'sentinel');
  const settings: Readonly<Record<string, number>> = { quorum: quorumOf(wantedOf(scope)), ...sentinelSettings(timersOf(config)) };
  return operation({
    title: 'Sentinel watches with the times wanted',
    look: { said: sentinelSaid(scope) },
    change: ({ said: { watching: now } }) => {
      if (now === undefined) return [];
      const others = Object.entries(settings).filter(([key, value]) => now.master[key] !== String(value));
      return others.map(([key, value]) =>
        change(tell(sentinel, [`SENTINEL SET ${config.masterName} ${key} ${value}`]), {
          summary: `set ${key} of Sentinel to ${value}`,
          touches: [],
          difference: { kind: 'value', what: key, from: now.master[key] ?? 'unknown', to: String(value) },
        }));
    },
  });
}

/** Sentinel shows the passwords wanted; it tells nobody which it has, but it writes them down. */
function passwordsKnown(scope: RedisScope): Operation {
  const { config, credentials } = scope;
  const telling = [
    Secret.of(credentials.sentinel.name, `SENTINEL SET ${config.masterName} auth-pass ${credentials.sentinel.reveal()}\n`),
    Secret.of(credentials['sentinel-clients'].name, `SENTINEL CONFIG SET sentinel-pass ${credentials['sentinel-clients'].reveal()}\n`),
  ];
  return operation({
    title: 'Sentinel has the passwords wanted',
    look: { said: sentinelSaid(scope) },
    change: ({ said: { knowsPasswords } }) => {
      if (knowsPasswords) return [];
      takenByAll(credentials.sentinel, scope);
      takenByAll(credentials['sentinel-clients'], scope);
      return [change(tellSecretly(asked(scope, 'sentinel'), telling), { summary: 'tell Sentinel its passwords', touches: [] })];
    },
  });
}
