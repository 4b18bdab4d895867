import { change, Secret, sh, type Command, type Host, type Operation } from '@keybuzz/sdk';
import { wantedOf, type RedisScope } from './members.ts';
import { port } from './ports.ts';
import { minReplicas } from './redis-conf.ts';
import { replicationSeen } from './replication.ts';
import { user } from './users.ts';

/** The operation, but a master that it would restart hands over before. One that nobody follows has nobody to hand over to. */
export function handedOver(host: Host, scope: RedisScope, restarting: Operation): Operation {
  const { layout } = wantedOf(scope);
  const server = replicationSeen({ layout, password: scope.credentials.admin });
  return {
    ...restarting,
    facts: [...restarting.facts, server],
    changes: (seen, turn) => {
      const changes = restarting.changes(seen, turn);
      const now = seen(server);
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
  const { config, credentials } = scope;
  const { cli } = wantedOf(scope).layout;
  const { masterName } = config;
  const logins = Secret.of(credentials.admin.name, `AUTH ${user.admin} ${credentials.admin.reveal()}\nAUTH default ${credentials['sentinel-clients'].reveal()}\n`);
  const writes = (count: number): string => `CONFIG SET min-replicas-to-write ${count}`;
  const current = `SENTINEL GET-MASTER-ADDR-BY-NAME ${masterName}`;
  return sh`read -r server; read -r sentinel
ask() { printf '%s\n' "$server" "$@" | timeout 5 ${cli} -h 127.0.0.1 -p ${port.redis}; }
watch() { printf '%s\n' "$sentinel" "$@" | timeout 5 ${cli} -h 127.0.0.1 -p ${port.sentinel}; }
trap 'exit 1' HUP INT TERM
trap ${`ask '${writes(minReplicas(config))}' >/dev/null`} EXIT
[ "$(ask ${writes(1000)})" = "$(printf 'OK\nOK')" ] || { echo 'this server does not do as it is told' >&2; exit 1; }
left=200 said= chosen=
until [ -n "$chosen" ] && [ "$chosen" != ${address} ]; do
  [ "$said" = OK ] || said=$(watch ${`SENTINEL FAILOVER ${masterName}`} | sed -n 2p)
  left=$((left - 1)); [ "$left" -gt 0 ] || { printf 'no other master after 60 s: %s\n' "$said" >&2; exit 1; }
  sleep 0.3; chosen=$(watch ${current} | sed -n 2p)
done
said=$(ask "REPLICAOF $chosen ${port.redis}" ${writes(minReplicas(config))} 'CONFIG REWRITE')
[ "$(printf '%s\n' "$said" | grep -c ^OK)" = 4 ] || { printf 'this server does not follow %s: %s\n' "$chosen" "$said" >&2; exit 1; }`.stdin(logins);
}
