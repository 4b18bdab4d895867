import { backendsOn, carrierOf, haproxy } from '@keybuzz/mod-haproxy';
import { drill, Failure, notYet, sh, type Answer, type Drill, type DrillScope } from '@keybuzz/sdk';
import { backendProbes, nodesBackend } from './backends.ts';
import type { Connection } from './client.ts';
import type { RabbitmqConfig } from './config.ts';
import { user, type CredentialName } from './credentials.ts';
import { applicationVhost } from './endpoints.ts';
import { million, restarted, type Million } from './million.ts';
import { wantedOf } from './members.ts';
import { predictedOutage, timersOf } from './timers.ts';
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

/** Every node sees every other one, every queue has all its members, and every proxy leads to all nodes. */
async function redundant(scope: Scope): Promise<Answer<unknown>> {
  const whole = await wholeness(scope, wantedOf(scope));
  if (!whole.done) return whole;
  const wrong = backendProbes(await backendsOn(scope.hostsOf(haproxy)), wantedOf(scope).members.length).find(({ status }) => status !== 'ok');
  return wrong === undefined ? whole : notYet(`${wrong.host}: ${wrong.title}: ${wrong.seen}`);
}

/** The drills of RabbitMQ: whatever is lost, no message that was confirmed is. */
export function drills({ rto, diskFree }: RabbitmqConfig): readonly Drill<Scope>[] {
  // A process that is gone is noticed at once; a host that is silent, as late as the timers allow. With `fast`, what is promised to every client of the stack.
  const killed = 5000;
  const replaced = rto === 'fast' ? 5000 : predictedOutage(timersOf(rto));
  const [off, cut] = [Math.max(20_000, 2 * replaced), Math.max(30_000, 2 * replaced)];
  const of = (title: string, about: Pick<Drill<Scope>, 'name' | 'inject' | 'heal' | 'quick' | 'lasting'> & { downtime: number }): Drill<Scope> => {
    const { downtime, ...rest } = about;
    return drill<Scope>(title, { ...rest, workload: (scope) => numberedMessages(() => connectionOf(scope)), redundant, promise: { downtime, lost: 0 } });
  };
  return [
    of('the leader’s node killed', { name: 'node-killed', quick: true, lasting: 0, downtime: killed, inject: async (scope) => scope.faults.kill(await leader(scope), 'beam.smp .*-s rabbit boot') }),
    of('the leader’s host powered off', { name: 'node-off', quick: true, lasting: off, downtime: replaced, inject: async (scope) => scope.faults.powerOff([await leader(scope)]) }),
    of('the leader’s host cut off from everybody', { name: 'node-cut', lasting: cut, downtime: replaced, inject: async (scope) => scope.faults.cut([await leader(scope)], { from: 'all' }) }),
    of('the leader’s host cut off from the other nodes', { name: 'node-alone', lasting: cut, downtime: replaced, inject: async (scope) => {
      const name = await leader(scope);
      await scope.faults.cut([name], { from: wantedOf(scope).members.map((member) => member.name).filter((other) => other !== name) });
    } }),
    of('the HAProxy host that carries the client lost', { name: 'haproxy-off', lasting: 15_000, downtime: 3000, inject: async (scope) => scope.faults.powerOff([await carrierOf(scope.hostsOf(haproxy), nodesBackend)]) }),
    of('all three hosts powered off and on', { name: 'all-off', lasting: 5000, downtime: 60_000, inject: allOff }),
    // Nobody may publish while it lasts.
    of('a disk that is nearly full', { name: 'disk-alarm', lasting: 15_000, downtime: 20_000, inject: (scope) => alarmed(scope, diskFree), heal: (scope) => calmed(scope, diskFree) }),
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

/** The leader's node takes its disk for nearly full, until a timer of its host ends that whatever becomes of whoever began it. */
async function alarmed(scope: Scope, diskFree: string): Promise<void> {
  const host = scope.cluster.host(await leader(scope));
  await host.run(sh`systemd-run --quiet --collect --on-active=60 rabbitmqctl --quiet set_disk_free_limit ${diskFree} && rabbitmqctl --quiet set_disk_free_limit ${'100000GB'}`);
}

async function calmed(scope: Scope, diskFree: string): Promise<void> {
  await scope.cluster.each((host) => host.run(sh`rabbitmqctl --quiet set_disk_free_limit ${diskFree}`));
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
