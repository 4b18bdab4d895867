import { keyValue, shellAssign, type Host } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { interNodeArgs } from './inter-node-tls.ts';
import { nodeName } from './places.ts';
import { port } from './ports.ts';
import { timersOf } from './timers.ts';

/** The configuration of a node, with every key where the operator would look for it; his own settings win. */
export function rabbitmqConf(about: { host: Host; members: readonly Host[]; config: RabbitmqConfig }): string {
  const { host, members, config } = about;
  const { address } = host;
  const { failurePoll } = timersOf(config.rto);
  const peers = members.map((each, at) => [`cluster_formation.classic_config.nodes.${at + 1}`, nodeName(each.name)] as const);
  const settings = {
    cluster_name: config.cluster,
    'cluster_formation.peer_discovery_backend': 'classic_config',
    ...Object.fromEntries(peers),
    // A node that cannot see most of the others stops serving: two halves must not both go on.
    cluster_partition_handling: 'pause_minority',
    'raft.adaptive_failure_detector.poll_interval': failurePoll,
    'distribution.listener.interface': address,
    'distribution.listener.port_range.min': port.distribution,
    'distribution.listener.port_range.max': port.distribution,
    'listeners.tcp.1': `${address}:${port.amqp}`,
    'management.tcp.ip': address,
    'management.tcp.port': port.management,
    'prometheus.tcp.ip': address,
    'prometheus.tcp.port': port.metrics,
    default_queue_type: 'quorum',
    queue_leader_locator: 'balanced',
    // A member that was forgotten and comes back, or a host that joins, gets its part of every queue again.
    'quorum_queue.continuous_membership_reconciliation.enabled': true,
    'quorum_queue.continuous_membership_reconciliation.target_group_size': members.length,
    'deprecated_features.permit.transient_nonexcl_queues': false,
    'deprecated_features.permit.global_qos': false,
    'vm_memory_high_watermark.relative': config.memoryWatermark,
    'disk_free_limit.absolute': config.diskFree,
    heartbeat: config.heartbeat,
    consumer_timeout: config.consumerTimeout,
    // The proxies look every second; whom the node refuses is an error, and stays in the log.
    'log.connection.level': 'error',
    ...config.settings,
  };
  return keyValue(settings, { module: 'rabbitmq' });
}

/** What the node's scripts read before Erlang starts. */
export function environment(host: Host, { rto, interNodeTls }: RabbitmqConfig): string {
  // Protocol 6, option 18: TCP_USER_TIMEOUT, as 32 bits of the machine's own order.
  const gone = `[{keepalive,true},{raw,6,18,<<${timersOf(rto).lostAfter}:32/native>>}]`;
  return shellAssign({
    NODENAME: nodeName(host.name),
    SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_connect_options ${gone} -kernel inet_dist_listen_options ${gone}${interNodeTls ? ` ${interNodeArgs}` : ''}`,
    ...(interNodeTls ? { CTL_ERL_ARGS: interNodeArgs } : {}),
  }, { module: 'rabbitmq' });
}

/** The plugins of every node, as Erlang reads them. */
export function enabledPlugins({ plugins }: RabbitmqConfig): string {
  const all = [...new Set(['rabbitmq_management', 'rabbitmq_prometheus', ...plugins])];
  return `[${all.join(',')}].\n`;
}
