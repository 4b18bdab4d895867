/** What can be done to hosts; each but `kill` lasts until it is healed or its time is up. */
export type Fault =
  /** SIGKILL to every process of the host whose command line matches the regular expression. */
  | { readonly kind: 'kill'; readonly pattern: string }
  /** The plug is pulled; the disk stays as it was. */
  | { readonly kind: 'power-off' }
  /** Every process stops where it is; connections hang. */
  | { readonly kind: 'freeze' }
  /**
   * No frame passes between the hosts and `from` (`all`: every host not named and every load balancer); `controller`,
   * `internet` and a load balancer, by its address, may be named too. With `oneway`, only what the hosts send is lost;
   * with `ports`, only what goes to or comes from these TCP ports of either side.
   */
  | { readonly kind: 'cut'; readonly from: 'all' | readonly string[]; readonly oneway?: boolean; readonly ports?: readonly number[] }
  /** This share of the frames to and from the hosts is lost, each on its own luck. */
  | { readonly kind: 'loss'; readonly percent: number }
  /** Each frame to the hosts arrives this much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The hosts' disks are full: the next byte is refused with ENOSPC, for root as well. */
  | { readonly kind: 'fill-disk' };

/** A fault that lasts, as recorded in the twin's folder; `healAt` is an ISO time. */
export type ActiveFault = { readonly id: string; readonly hosts: readonly string[]; readonly fault: Fault; readonly healAt: string };
