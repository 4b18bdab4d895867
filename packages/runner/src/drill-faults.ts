import type { Faults, FaultSource, OpenStack } from '@keybuzz/sdk';
import { fault, heal, type Fault } from '@keybuzz/twin';
import { sshFaults } from './drill-faults-ssh.ts';
import { twinOf } from './open.ts';
import type { Options } from './options.ts';

/** Where the drills of this run have their faults from: the twin that the options name, or the servers themselves. */
export function faultsOf(options: Options, stack: OpenStack): FaultSource {
  const twin = twinOf(options);
  return twin === undefined ? sshFaults(stack) : twinFaults(twin.name);
}

/** Faults of the twin of that name; each ends by a watchdog of its own when nobody heals it. */
export function twinFaults(name: string): FaultSource {
  return (healAfter): Faults => {
    const made: string[] = [];
    const act = async (hosts: readonly string[], what: Fault): Promise<void> => {
      const { active } = await fault({ name, hosts, healAfter, ...what });
      if (active !== undefined) made.push(active.id);
    };
    return {
      kill: (host, pattern) => act([host], { kind: 'kill', pattern }),
      powerOff: (hosts) => act(hosts, { kind: 'power-off' }),
      freeze: (hosts) => act(hosts, { kind: 'freeze' }),
      cut: (hosts, how) => act(hosts, { kind: 'cut', ...how }),
      fillDisk: (hosts) => act(hosts, { kind: 'fill-disk' }),
      heal: async () => {
        // The latest first: a host that was cut off and then switched off boots before it is reached again.
        for (let id = made.pop(); id !== undefined; id = made.pop()) await heal({ name, id });
      },
    };
  };
}
