import { backendsOn, haproxy } from '@keybuzz/mod-haproxy';
import { asFailure, unitState, type OpenHost, type Probe } from '@keybuzz/sdk';
import { backendProbes } from './backends.ts';
import { daysLeft } from './inter-node-tls.ts';
import { wantedOf, type RabbitmqScope } from './members.ts';
import { criticalFor, nodesSeen, overviewSeen, queuesSeen, type NodeSeen, type Overview, type QueueSeen } from './node-facts.ts';
import { nodeProbes } from './node-probes.ts';
import { service } from './places.ts';

/** What one host said; undefined parts could not be had. */
export interface Answer {
  readonly host: string;
  readonly unit: string;
  readonly nodes: readonly NodeSeen[] | undefined;
  readonly queues: readonly QueueSeen[] | undefined;
  readonly critical: readonly string[] | undefined;
  readonly overview: Overview | undefined;
  readonly unreachable: string | undefined;
  /** Where nodes speak TLS: how many days the node's certificate has left, if it has one. */
  readonly certificate?: { readonly days: number | undefined } | undefined;
}

/** How the cluster and the way to it are: every node is asked whom it sees run. Nothing changed, never a throw. */
export async function clusterHealth(scope: RabbitmqScope): Promise<readonly Probe[]> {
  const { members } = wantedOf(scope);
  const [answers, proxies] = await Promise.all([
    Promise.all(scope.cluster.hosts.map((host) => ask(host, scope))),
    backendsOn(scope.hostsOf(haproxy)),
  ]);
  return [...nodeProbes(answers, { wanted: members.map(({ name }) => name), cluster: scope.config.cluster }), ...backendProbes(proxies, members.length)];
}

async function ask(host: OpenHost, { credentials, config }: RabbitmqScope): Promise<Answer> {
  const api = { host, password: credentials.admin };
  const [unit, nodes, queues, critical, overview] = [unitState(service), nodesSeen(api), queuesSeen(api), criticalFor(api), overviewSeen(api)];
  try {
    const seen = await host.read([unit, nodes, queues, critical, overview, ...(config.interNodeTls ? [daysLeft] : [])]);
    return { host: host.name, unit: seen(unit).activeState, nodes: seen(nodes), queues: seen(queues), critical: seen(critical), overview: seen(overview), unreachable: undefined, certificate: config.interNodeTls ? { days: seen(daysLeft) } : undefined };
  } catch (error) {
    return { host: host.name, unit: 'unknown', nodes: undefined, queues: undefined, critical: undefined, overview: undefined, unreachable: asFailure(error).message };
  }
}
