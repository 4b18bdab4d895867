/** What a drill can do to hosts, named as the inventory names them. */
export interface Faults {
  /** SIGKILL to every process on the host whose command line matches the regular expression; an error when none does. */
  kill(host: string, pattern: string): Promise<void>;
  /** The plug is pulled; the disks stay as they were. Healed: they boot again. */
  powerOff(hosts: readonly string[]): Promise<void>;
  /** Every process stops where it is; connections hang. Healed: they go on as if nothing had been. */
  freeze(hosts: readonly string[]): Promise<void>;
  /** Nothing passes between the hosts and those named, or any that is not one of them; `oneway`: only what the hosts send is lost. */
  cut(hosts: readonly string[], from: Cut): Promise<void>;
  /** The next byte is refused with ENOSPC, for root as well. */
  fillDisk(hosts: readonly string[]): Promise<void>;
  /** Every fault made here is gone; hosts that were off are up again. */
  heal(): Promise<void>;
}

/** From whom hosts are cut off. */
export interface Cut {
  readonly from: 'all' | readonly string[];
  readonly oneway?: boolean;
  /** Only what goes to or comes from these TCP ports of either side is lost; everything when not said. */
  readonly ports?: readonly number[];
}

/** Faults that end by themselves after so many milliseconds, whatever becomes of the controller. */
export type FaultSource = (healAfter: number) => Faults;
