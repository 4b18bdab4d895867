import type { TwinLoadBalancer } from '../state.ts';
import { twinFolder } from '../state.ts';

type Addressed = Pick<TwinLoadBalancer, 'address'>;

/** The namespace of a load balancer; like everything else of a twin, its name begins with the twin's. */
export function balancerNamespace(name: string, balancer: Addressed): string {
  return `${name}-lb${lastBytes(balancer)}`;
}

/** The port of the twin's switch in which the load balancer's cable ends. */
export function balancerPort(balancer: Addressed): string {
  return `l${lastBytes(balancer)}`;
}

/** The folder in which the load balancers of a twin keep one folder each, named by address. */
export function balancersFolder(name: string): string {
  return `${twinFolder(name)}/balancers`;
}

/** Where a load balancer keeps its configuration, its runtime socket and what it said. */
export function balancerFiles(name: string, { address }: Addressed): { readonly folder: string; readonly conf: string; readonly socket: string; readonly log: string } {
  const folder = `${balancersFolder(name)}/${address}`;
  return { folder, conf: `${folder}/haproxy.cfg`, socket: `${folder}/socket`, log: `${folder}/log` };
}

function lastBytes({ address }: Addressed): string {
  const [, , third = '', fourth = ''] = address.split('.');
  return `${third}-${fourth}`;
}
