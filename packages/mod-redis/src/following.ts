import { change, fact, operation, sh, type Host, type Operation } from '@keybuzz/sdk';
import { tellServer } from './cli.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { port } from './ports.ts';
import { replicationSeen } from './replication.ts';

/**
 * The server follows the master. One that does not answer yet is only known to need it when no set has ever been: servers
 * remember whom they follow. The master must have been decided by asking everybody: what the server has besides is lost.
 */
export function following(master: Pick<Host, 'name' | 'address'>, about: { scope: RedisScope; virgin: boolean }): Operation {
  const { scope, virgin } = about;
  const { layout } = wantedOf(scope);
  const asked = { layout, password: scope.credentials.admin };
  const line = `replicaof ${master.address} ${port.redis}`;
  const remembers = fact({ name: 'whom the server will follow', command: sh`grep -sqxF ${line} ${layout.server.memory}`, anyExit: true, parse: ({ code }) => code === 0 });
  return operation({
    title: `the server follows ${master.name}`,
    look: { now: replicationSeen(asked), remembers },
    change: ({ now, remembers: written }) => {
      const lacking = now === undefined ? virgin : now.masterAddress !== master.address || !written;
      return [lacking && change(tellServer(asked, [`REPLICAOF ${master.address} ${port.redis}`, 'CONFIG REWRITE']), {
        summary: `follow ${master.name}`,
        touches: [],
        difference: { kind: 'value', what: 'master of this server', from: now?.masterAddress ?? 'itself', to: master.address },
      })];
    },
  });
}
