import type { Host } from '../inventory/index.ts';
import type { Module } from './definition.ts';

/** Who may reach a port: the private network, anybody, the module's own hosts, the controller, or networks in CIDR notation. */
export type Reach = 'private' | 'public' | 'members' | 'controller' | readonly string[];

/** A port that a module listens on; the firewall of the whole stack is computed from these. */
export interface Port {
  /** One port or an inclusive range. */
  readonly port: number | readonly [first: number, last: number];
  readonly protocol: 'tcp' | 'udp';
  readonly from: Reach;
  /** What listens there, in a word or two: it becomes the rule's comment. */
  readonly purpose: string;
  /** The required module on whose hosts it listens; the module's own hosts when not said. */
  // oxlint-disable-next-line no-explicit-any
  readonly at?: Module<any, any>;
  /** The load balancer in front of those hosts offers it too. */
  readonly balanced?: boolean;
}

/** A port with the hosts it listens on. */
export interface ResolvedPort extends Port {
  readonly hosts: readonly Host[];
}
