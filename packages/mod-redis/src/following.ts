import { change, operation, type Host, type Operation } from '@keybuzz/sdk';
import { asked, tell } from './cli.ts';
import type { RedisScope } from './members.ts';
import { port } from './ports.ts';
import { serverSaid } from './said.ts';

/**
 * The server follows the master. One that does not answer yet is only known to need it when no set has ever been: servers
 * remember whom they follow. The master must have been decided by asking everybody: what the server has besides is lost.
 */
export function following(master: Pick<Host, 'name' | 'address'>, about: { scope: RedisScope; virgin: boolean }): Operation {
  const { scope, virgin } = about;
  return operation({
    title: `the server follows ${master.name}`,
    look: { said: serverSaid(scope) },
    change: ({ said: { replication: now, remembers } }) => {
      const lacking = now === undefined ? virgin : now.masterAddress !== master.address || remembers !== `${master.address} ${port.redis}`;
      return [lacking && change(tell(asked(scope, 'server'), [`REPLICAOF ${master.address} ${port.redis}`, 'CONFIG REWRITE']), {
        summary: `follow ${master.name}`,
        touches: [],
        difference: { kind: 'value', what: 'master of this server', from: now?.masterAddress ?? 'itself', to: master.address },
      })];
    },
  });
}
