import type { Host } from '../inventory/index.ts';
import type { ResolvedUse } from './resolve.ts';

/** How a load balancer finds out that a target is gone: a TCP connection every `interval` seconds, lost after `retries` failures. */
export interface LoadBalancerCheck {
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
}

/** A TCP load balancer of the provider, in front of the hosts of one module. */
export interface LoadBalancer {
  /** IPv4 in the private network; no host may bind it. */
  readonly address: string;
  readonly check: LoadBalancerCheck;
}

/** A load balancer with everything it is made from. */
export interface ResolvedLoadBalancer extends LoadBalancer {
  /** Name of the module whose hosts are its targets. */
  readonly module: string;
  readonly targets: readonly Host[];
  /** TCP ports it offers, ascending; each leads to the same port of its targets. */
  readonly ports: readonly number[];
}

/** The load balancers of a stack, computed from the whole of it as the firewall is. */
export function loadBalancers(uses: readonly ResolvedUse[]): readonly ResolvedLoadBalancer[] {
  return uses.flatMap(({ module, hosts, loadBalancer }) => {
    if (loadBalancer === undefined) return [];
    const offered = uses.flatMap((used) => used.ports).filter((port) => port.balanced === true && port.hosts.some((h) => hosts.includes(h)));
    return [{ ...loadBalancer, module: module.name, targets: hosts, ports: [...new Set(offered.flatMap(({ port }) => (typeof port === 'number' ? [port] : [])))].toSorted((a, b) => a - b) }];
  });
}
