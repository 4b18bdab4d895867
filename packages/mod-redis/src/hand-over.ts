import { change, Secret, sh, type Command, type Host, type Operation } from '@keybuzz/sdk';
import { asked, client, joined, login, type Asked } from './cli.ts';
import type { RedisScope } from './members.ts';
import { port } from './ports.ts';
import { minReplicas } from './redis-conf.ts';
import { serverSaid } from './said.ts';

/** The operation, but a master that it would restart hands over before. One that nobody follows has nobody to hand over to. */
export function handedOver(host: Host, scope: RedisScope, restarting: Operation): Operation {
  const server = serverSaid(scope);
  return {
    ...restarting,
    facts: [...restarting.facts, server],
    changes: (seen, turn) => {
      const changes = restarting.changes(seen, turn);
      const { replication: now } = seen(server);
      if (changes.length === 0 || now?.role !== 'master' || now.replicas === 0) return changes;
      const handingOver = change(handOver(host, scope), {
        summary: 'hand over to another server',
        touches: [],
        difference: { kind: 'value', what: 'this server', from: 'master', to: 'replica' },
        within: 90_000,
      });
      return [handingOver, ...changes];
    },
  };
}

/**
 * The master of this host follows the one that Sentinel chose in its place, or the command fails within 60 s and it leads
 * as before. Sentinel alone promotes the new one while the old one still takes writes, which other replicas confirm and
 * all forget: so the old one takes none from the moment before, whoever it is followed by.
 */
export function handOver({ address }: Pick<Host, 'address'>, scope: RedisScope): Command {
  const { config } = scope;
  const { masterName } = config;
  const [server, sentinel] = [asked(scope, 'server'), asked(scope, 'sentinel')];
  // Two lines each, whether there was a password before or not.
  const two = ({ password, ...to }: Asked): Secret[] => [password.previous ?? password, password].map((each) => login({ ...to, password: Secret.of(each.name, each.reveal()) }));
  const logins = joined(server.password.name, [...two(server), ...two(sentinel)]);
  const writes = (count: number): string => `CONFIG SET min-replicas-to-write ${count}`;
  const current = `SENTINEL GET-MASTER-ADDR-BY-NAME ${masterName}`;
  return sh`read -r before; read -r server; read -r former; read -r sentinel
ask() { printf '%s\n' "$before" "$server" "$@" | timeout 5 ${client(server)} | grep . | sed 1,2d; }
watch() { printf '%s\n' "$former" "$sentinel" "$@" | timeout 5 ${client(sentinel)} | grep . | sed 1,2d; }
trap 'exit 1' HUP INT TERM
trap ${`ask '${writes(minReplicas(config))}' >/dev/null`} EXIT
[ "$(ask ${writes(1000)})" = OK ] || { echo 'this server does not do as it is told' >&2; exit 1; }
left=200 said= chosen=
until [ -n "$chosen" ] && [ "$chosen" != ${address} ]; do
  [ "$said" = OK ] || said=$(watch ${`SENTINEL FAILOVER ${masterName}`})
  left=$((left - 1)); [ "$left" -gt 0 ] || { printf 'no other master after 60 s: %s\n' "$said" >&2; exit 1; }
  sleep 0.3; chosen=$(watch ${current} | sed -n 1p)
done
said=$(ask "REPLICAOF $chosen ${port.redis}" ${writes(minReplicas(config))} 'CONFIG REWRITE')
[ "$(printf '%s\n' "$said" | grep -c ^OK)" = 3 ] || { printf 'this server does not follow %s: %s\n' "$chosen" "$said" >&2; exit 1; }`.stdin(logins);
}
