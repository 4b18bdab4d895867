import { createHash } from 'node:crypto';
import type { TwinLoadBalancer } from '../state.ts';

/**
 * HAProxy's configuration, with which it behaves as Hetzner's load balancer does towards TCP services: round robin
 * over private addresses; a TCP connection per service, target and `interval`; a target is down after `retries`
 * failures and up again after as many successes; a new target gets connections before its first check has passed.
 *
 * Hetzner's API takes an interval of 3 s or more (15 by default), a timeout of 1 s up to the interval (10 by default)
 * and 1 to 5 retries (3 by default). HAProxy counts the interval from the end of a check, so a silent target is out
 * after at most `retries * (interval + timeout)` seconds, one that refuses after `retries * interval`.
 *
 * What Hetzner does not document is left to happen as on a plain wire: connections to a target that went down are
 * neither closed nor moved, a new connection that fails is not tried again elsewhere, an idle one is kept for a day.
 * `timeout connect` is the check's timeout because HAProxy connects for its checks with the same one.
 */
export function haproxyConf(balancer: TwinLoadBalancer, socket: string): string {
  const text = [globalPart(socket), defaults(balancer), ...balancer.ports.map((port) => service(balancer, port))].join('\n');
  return text.replace('DESCRIPTION', markOf(text));
}

/** The line by which a running HAProxy tells which configuration it has: a hash of the text around it. */
export function markOf(text: string): string {
  const plain = text.replace(/^ {2}description .*$/mu, '  description DESCRIPTION');
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}

// Far above what a rehearsal opens; two descriptors each, and a machine's limit may be as low as 20 000.
const CONNECTIONS = 4000;

function globalPart(socket: string): string {
  return `global
  description DESCRIPTION
  nbthread 1
  maxconn ${CONNECTIONS}
  user nobody
  group nogroup
  stats socket ${socket} mode 600 level operator expose-fd listeners
`;
}

function defaults({ check }: TwinLoadBalancer): string {
  return `defaults
  mode tcp
  balance roundrobin
  retries 0
  timeout connect ${check.timeout}s
  timeout check ${check.timeout}s
  timeout client 24h
  timeout server 24h
  default-server check inter ${check.interval}s fall ${check.retries} rise ${check.retries}
`;
}

function service({ address, targets }: TwinLoadBalancer, port: number): string {
  const servers = targets.map((target) => `  server ${target.name} ${target.address}:${port}\n`);
  return `listen ${port}
  bind ${address}:${port}
${servers.join('')}`;
}
