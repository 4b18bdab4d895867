import { change, file, fresh, operation, resources, Secret, seed, serviceRunning, sh, sysctl, type Command, type OpenHost, type Operation } from '@keybuzz/sdk';
import { asked, tell, tellSecretly } from './cli.ts';
import { handedOver } from './hand-over.ts';
import { type Layout } from './layout.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { minReplicas, redisConf, replicationConf, usualPriority } from './redis-conf.ts';
import { runsInstalled } from './installed.ts';
import { takenByAll } from './known-users.ts';
import { gated } from './restart-gate.ts';
import { serverSaid } from './said.ts';
import { loading, supervised } from './supervised.ts';
import { timersOf } from './timers.ts';
import { certificateTaken, identityFiles, type Identities } from './tls.ts';

/** The memory of each host, in the unit of `resources`. */
export type Memories = ReadonlyMap<string, number>;

/** What the hosts have. */
export async function memoriesOf({ cluster }: RedisScope): Promise<Memories> {
  return new Map(await cluster.each(async (host): Promise<[string, number]> => [host.name, (await host.read([resources()]))(resources()).memory]));
}

/** What the settings are made from, whether a server that runs may be restarted, and what speaks against it now. */
export interface Running {
  readonly memories: Memories;
  readonly identities: Identities;
  readonly restarts?: boolean;
  readonly against?: string | undefined;
}

/** The server of a host runs with the settings wanted; who leads is its own affair. A master that must restart hands over first. */
export function serverRunning(host: OpenHost, scope: RedisScope, { memories, identities, restarts = true, against }: Running): readonly Operation[] {
  const { config, credentials } = scope;
  const { layout } = wantedOf(scope);
  const memory = memories.get(host.name) ?? 0;
  const { server, user, replication } = layout;
  const unitFile = `/etc/systemd/system/${server.unit}.service.d/keybuzz.conf`;
  const restarting = [
    fresh(server.unit, { files: [server.settings, unitFile], within: loading }),
    runsInstalled(server, serverSaid(scope), scope),
  ];
  return [
    // Without it a snapshot of a large memory fails although there is room.
    sysctl({ 'vm.overcommit_memory': 1 }, { module: 'redis' }),
    ...identityFiles(layout, identities.get(host.name)),
    file(replication, replicationConf(credentials.replication), { group: user, mode: 0o640 }),
    file(server.settings, redisConf({ host, config, layout, memory }), { group: user, mode: 0o640, validate: (candidate) => starts(layout, candidate) }),
    seed(server.memory, '# Written by the server: who it follows, and a copy of what it was told.\n', { owner: user, mode: 0o640 }),
    supervised(server, timersOf(config)),
    serviceRunning(server.unit, { within: loading }),
    ...(restarts ? restarting.map((each) => gated(host, handedOver(host, scope, each), against)) : []),
    ...certificateTaken(scope),
    ...asTold(scope),
    replicationPasswordKnown(scope),
  ];
}

/** What the server was told for a while is as in its settings: a hand-over that was cut in the middle left it taking no writes, a switchover left it preferred. */
function asTold(scope: RedisScope): readonly Operation[] {
  const wanted = { 'min-replicas-to-write': minReplicas(scope.config), 'replica-priority': usualPriority };
  return Object.entries(wanted).map(([key, value]) => told(scope, { key, wanted: String(value) }));
}

function told(scope: RedisScope, { key, wanted }: { key: string; wanted: string }): Operation {
  const server = asked(scope, 'server');
  return operation({
    title: `the server has ${key} ${wanted}`,
    look: { said: serverSaid(scope) },
    change: ({ said: { told: { [key]: seen } } }, { touched }) => [
      // Undefined: it does not answer yet, and will start with what is wanted.
      seen !== undefined && seen !== wanted && !touched.includes(`unit:${server.layout.server.unit}`) && change(tell(server, [`CONFIG SET ${key} ${wanted}`]), {
        summary: `set ${key} to ${wanted}`,
        touches: [],
        difference: { kind: 'value', what: key, from: seen, to: wanted },
      }),
    ],
  });
}

/** The server shows its master the password wanted, without a restart. */
function replicationPasswordKnown(scope: RedisScope): Operation {
  const { replication } = scope.credentials;
  const server = asked(scope, 'server');
  return operation({
    title: 'the server shows its master the password wanted',
    look: { said: serverSaid(scope) },
    change: ({ said: { showsPassword } }, { touched }) => {
      // Nothing was answered: it will start with what is wanted.
      if (showsPassword !== false || touched.includes(`unit:${server.layout.server.unit}`)) return [];
      takenByAll(replication, scope);
      return [change(tellSecretly(server, [Secret.of(replication.name, `CONFIG SET masterauth ${replication.reveal()}\n`)]), { summary: 'show masters the new password', touches: [] })];
    },
  });
}

/** Redis has no checker of its own: the server is started beside the real one, on a socket of its own and with an empty folder, and must answer there. */
function starts({ cli, server, tls }: Layout, candidate: string): Command {
  const apart = ['--port', '0', ...(tls === undefined ? [] : ['--tls-port', '0']), '--appendonly', 'no', '--save', '', '--daemonize', 'yes', '--supervised', 'no'];
  return sh`folder=$(mktemp -d); left=100; answer=
${server.program} ${candidate} --unixsocket "$folder/socket" --dir "$folder" --pidfile "$folder/pid" --logfile "$folder/said" ${apart} >"$folder/refused" 2>&1 || left=0
while [ "$left" -gt 0 ]; do
  answer=$(timeout 2 ${cli} -s "$folder/socket" PING 2>/dev/null); case $answer in NOAUTH*|PONG*) break ;; esac
  [ ! -s "$folder/pid" ] || kill -0 "$(cat "$folder/pid")" 2>/dev/null || left=1
  left=$((left - 1)); sleep 0.1
done
[ ! -s "$folder/pid" ] || kill -KILL "$(cat "$folder/pid")" 2>/dev/null
[ "$left" -gt 0 ] || { cat "$folder/refused" "$folder/said" 2>/dev/null | grep -A 4 -iE 'fatal|error' >&2 || cat "$folder/refused" "$folder/said" >&2; }
rm -rf "$folder"; [ "$left" -gt 0 ]`;
}
