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
}
