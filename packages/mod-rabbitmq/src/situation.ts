import { Failure } from '@keybuzz/sdk';
import type { DatabaseSeen } from './database.ts';

/** One host, as it was found before anything was started. */
export interface Found {
  readonly host: string;
  readonly database: DatabaseSeen;
  readonly running: boolean;
}

/** In which order nodes start: hosts of one inner list at the same time. Empty when all of them run. */
export type StartOrder = readonly (readonly string[])[];

/**
 * How nodes that do not run are started, from what all hosts have: nobody is ever reset. Throws Failure `unsafe` where
 * a node belongs to another cluster, or where one that lost its data is still remembered.
 */
export function startOrder(found: readonly Found[], wanted: readonly string[]): StartOrder {
  refuseForeign(found);
  const stopped = found.filter(({ running }) => !running).map(({ host }) => host);
  const virgin = found.filter(({ database }) => database.kind === 'virgin').map(({ host }) => host);
  const silent = wanted.filter((host) => !found.some((each) => each.host === host));
  const remembering = found.filter(({ database }) => database.kind !== 'virgin');
  if (virgin.length > 0 && remembering.length === 0) {
    if (silent.length > 0) throw new Failure('unsafe', `no host that was asked has data, and ${silent.join(', ')} could not be asked: a cluster of its own may be there`, { next: 'run it again without --hosts, with every host up' });
    // One waits at its first start until it sees another: they agree among themselves on who makes the cluster.
    return [wanted];
  }
  const known = stopped.filter((host) => !virgin.includes(host));
  const joining = stopped.filter((host) => virgin.includes(host));
  // Nodes that stopped together wait for one another, so they start together.
  return [known, joining].filter((group) => group.length > 0);
}

function refuseForeign(found: readonly Found[]): void {
  const members = found.flatMap(({ host, database }) => (database.kind === 'member' ? [{ host, of: database.of }] : []));
  const told = found.map(({ host, database }) => `${host}: ${words(database)}`).join('\n  ');
  // The cluster is what most hosts say it is.
  const alike = (of: readonly string[]): number => members.filter((each) => each.of.join() === of.join()).length;
  const main = members.toSorted((a, b) => alike(b.of) - alike(a.of) || b.of.length - a.of.length)[0];
  if (main === undefined) return;
  const foreign = members.filter(({ host, of }) => !belongs({ host, of }, main.of));
  if (foreign.length > 0) {
    const [{ host } = main] = foreign;
    throw new Failure('unsafe', `${foreign.map((each) => each.host).join(', ')} has data of another cluster than ${main.of.join(', ')}; nothing was touched:\n  ${told}`, {
      host,
      next: `look at what it holds (rabbitmqctl list_queues on ${host}); only if nothing of it is needed: systemctl stop rabbitmq-server, move /var/lib/rabbitmq/mnesia aside on ${host}, and run this again`,
    });
  }
  const forgotten = found.find(({ host, database }) => database.kind === 'virgin' && main.of.includes(host));
  if (forgotten === undefined) return;
  throw new Failure('unsafe', `${forgotten.host} has no data, but the cluster remembers it as a member; nothing was touched:\n  ${told}`, {
    host: forgotten.host,
    next: `if its data is lost for good: rabbitmqctl forget_cluster_node rabbit@${forgotten.host} on ${main.host}, and run this again`,
  });
}

/** Whether the node is one of that cluster: it says so, or was off when the last of its members joined. */
function belongs({ host, of }: { host: string; of: readonly string[] }, cluster: readonly string[]): boolean {
  return of.join() === cluster.join() || (of.length > 1 && cluster.includes(host) && of.every((each) => cluster.includes(each)));
}

function words(database: DatabaseSeen): string {
  if (database.kind === 'member') return `a member of the cluster of ${database.of.join(', ')}`;
  return database.kind === 'virgin' ? 'no data' : 'data that names no cluster';
}
