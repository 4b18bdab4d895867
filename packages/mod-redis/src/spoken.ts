import { Failure, operation, unitState, type Operation } from '@keybuzz/sdk';
import { wantedOf, type RedisScope } from './members.ts';
import { serverSaid } from './said.ts';

/**
 * The server that runs speaks TLS if that is wanted, and only then. Throws Failure `unsafe` otherwise: host by host a set cannot change, because
 * servers and Sentinels of either kind do not understand the others, and would choose another master or be left without replicas.
 */
export function spokenAsWanted(scope: RedisScope): Operation {
  const { tls } = scope.config;
  const { server, sentinel } = wantedOf(scope).layout;
  return operation({
    title: tls ? 'the server speaks TLS' : 'the server speaks without TLS',
    look: { said: serverSaid(scope), unit: unitState(server.unit) },
    change: ({ said: { tls: spoken }, unit }) => {
      if (!unit.active || spoken === undefined || spoken === tls) return [];
      const forget = tls ? '' : `; sed -i '/^tls-/d' ${server.memory} ${sentinel.memory}`;
      throw new Failure('unsafe', `the set runs ${tls ? 'without' : 'with'} TLS and is to run ${tls ? 'with' : 'without'} it: its servers would not understand one another host by host, so it is left as it is`, {
        next: `set tls: ${String(spoken)} to keep it; or, when nobody needs it for a minute, on each of its hosts, the master last: systemctl stop ${sentinel.unit} ${server.unit}${forget}; then keybuzz rollout, which starts it again with all it had`,
      });
    },
  });
}
