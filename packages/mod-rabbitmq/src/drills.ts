import { haproxy } from '@keybuzz/mod-haproxy';
import { drill, Failure, notYet, sh, type Drill, type DrillScope } from '@keybuzz/sdk';
import type { Connection } from './client.ts';
import type { RabbitmqConfig } from './config.ts';
import { user, type CredentialName } from './credentials.ts';
import { applicationVhost } from './endpoints.ts';
import { million, restarted, type Million } from './million.ts';
import { wantedOf } from './members.ts';
import { viewsOf, wholeness } from './waits.ts';
import { drillQueues, numberedMessages } from './workload.ts';

type Scope = DrillScope<RabbitmqConfig, CredentialName>;

function connectionOf(scope: Scope): Connection {
  return { address: wantedOf(scope).entry, user: user.app, password: scope.credentials.app, vhost: applicationVhost(scope.config) };
}

/** The host with the leader of the queue that the drill writes to: losing that one is felt. */
async function leader(scope: Scope): Promise<string> {
  const views = await viewsOf(scope);
  const name = views.flatMap(({ queues = [] }) => queues).find((queue) => queue.name.startsWith(drillQueues))?.leader;
  if (name === undefined) throw new Failure('failed', 'nobody leads the queue of the drill', { next: 'keybuzz health --only rabbitmq' });
  return name;
}

// One member of three that is lost: until the others notice, choose a leader, and the client is led to them.
const replaced = 5000;

/** The drills of RabbitMQ: whatever is lost, no message that was confirmed is. */
export function drills(): readonly Drill<Scope>[] {
  const of = (title: string, about: Pick<Drill<Scope>, 'name' | 'inject' | 'quick' | 'lasting'> & { downtime: number }): Drill<Scope> => {
    const { downtime, ...rest } = about;
    return drill<Scope>(title, { ...rest, workload: (scope) => numberedMessages(() => connectionOf(scope)), redundant: (scope) => wholeness(scope, wantedOf(scope)), promise: { downtime, lost: 0 } });
  };
  return [
    of('the leader’s node killed', { name: 'node-killed', quick: true, lasting: 0, downtime: replaced, inject: async (scope) => scope.faults.kill(await leader(scope), 'beam.smp .*-s rabbit boot') }),
    of('the leader’s host powered off', { name: 'node-off', quick: true, lasting: 20_000, downtime: replaced, inject: async (scope) => scope.faults.powerOff([await leader(scope)]) }),
    of('the leader’s host cut off from everybody', { name: 'node-cut', lasting: 30_000, downtime: replaced, inject: async (scope) => scope.faults.cut([await leader(scope)], { from: 'all' }) }),
    of('the leader’s host cut off from the other nodes', { name: 'node-alone', lasting: 30_000, downtime: 15_000, inject: async (scope) => {
      const name = await leader(scope);
      await scope.faults.cut([name], { from: wantedOf(scope).members.map((member) => member.name).filter((other) => other !== name) });
    } }),
    of('a HAProxy host lost', { name: 'haproxy-off', lasting: 15_000, downtime: 10_000, inject: async (scope) => scope.faults.powerOff(scope.hostsOf(haproxy).hosts.slice(0, 1).map(({ name }) => name)) }),
    of('all three hosts powered off and on', { name: 'all-off', lasting: 5000, downtime: 60_000, inject: allOff }),
    longDrill(),
  ];
}

/**
 * A queue that is declared two or three seconds before all its nodes lose power was seen to be gone, with its messages:
 * Mnesia does not write at once. An application declares its queues once, so the queue of the drill is on the disks first.
 */
async function allOff(scope: Scope): Promise<void> {
  await scope.cluster.each((host) => host.run(sh`timeout 60 rabbitmqctl --quiet eval ${'mnesia:sync_log().'}`));
  await scope.faults.powerOff(scope.cluster.hosts.map(({ name }) => name));
}

/** The long one: run when it is named. */
function longDrill(): Drill<Scope> {
  const workloads = new WeakMap<Scope, Million>();
  return drill<Scope>('a million messages while a node restarts', {
    name: 'million',
    long: true,
    lasting: 0,
    workload: (scope) => {
      const workload = million(() => connectionOf(scope));
      workloads.set(scope, workload);
      return workload;
    },
    inject: async (scope) => {
      await workloads.get(scope)?.half();
      await restarted(scope.cluster.host(await leader(scope)));
    },
    settle: (scope) => wholeness(scope, wantedOf(scope)),
    redundant: async (scope) => {
      const done = workloads.get(scope)?.done() ?? notYet('it has not begun');
      return done.done ? wholeness(scope, wantedOf(scope)) : done;
    },
    promise: { downtime: 30_000, lost: 0 },
  });
}
