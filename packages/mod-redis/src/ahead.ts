import type { Applied, OpenHost, Operation, Seen } from '@keybuzz/sdk';
import { following } from './following.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { sentinelRunning } from './sentinel.ts';
import { serverRunning } from './server.ts';
import { nobodyStale } from './stale.ts';

/** How the operations of a host come to be so. */
export type Ensuring = (host: OpenHost, operations: readonly Operation[]) => Promise<readonly Applied[]>;

/**
 * In a plan every host is asked along with the first question what it will be asked once it is known who leads: each round
 * trip costs a host a shell and a dozen programs. In a rollout everything is looked at when its turn has come.
 */
export async function lookedAhead(scope: RedisScope): Promise<Ensuring> {
  if (scope.mode === 'apply') return (host, operations) => host.ensure(...operations);
  const { seed: master } = wantedOf(scope);
  const seen = new Map(await scope.cluster.each(async (host): Promise<[string, Seen]> => {
    // What is asked does not depend on who leads, nor on the memory of the host.
    const likely = [...serverRunning(host, scope, { memories: new Map() }), following(master, { scope, virgin: false }), ...sentinelRunning(host, { scope, master }), nobodyStale(scope)];
    return [host.name, await host.read(likely.flatMap(({ facts }) => facts))];
  }));
  return (host, operations) => host.ensure(...operations.map((each) => decidedBy(seen.get(host.name), each)));
}

function decidedBy(seen: Seen | undefined, operation: Operation): Operation {
  return seen === undefined ? operation : { ...operation, facts: [], changes: (_, turn) => operation.changes(seen, turn) };
}
