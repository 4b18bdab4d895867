import type { FakeCluster } from '../fake-cluster.ts';
import type { FakeHost } from '../fake-host.ts';
import type { MachineState } from '../machine/machine.ts';

/** The fleet at one moment: right before a change of state on one host. */
export interface CutPoint {
  readonly host: string;
  /** The command that was running there. */
  readonly command: string;
  readonly fleet: readonly MachineState[];
  /** Nothing of the command was done yet: here also a connection that is lost between two commands ends. */
  readonly first: boolean;
}

/** The work, and the fleet as it was before each change of state that the work made. */
export async function recorded(cluster: FakeCluster, work: () => Promise<void>): Promise<readonly CutPoint[]> {
  const points: CutPoint[] = [];
  let fleet = cluster.snapshot();
  // Daemons change other machines than the one that changes now: time passes on a machine with whatever happens to it.
  const now = (): readonly MachineState[] => fleet.map((known, at) => (known.now === cluster.hosts[at]?.machine.now ? known : (cluster.hosts[at] as FakeHost).snapshot()));
  cluster.hosts.forEach((host) => {
    let last = -1;
    host.machine.beforeChange = () => {
      fleet = now();
      points.push({ host: host.host, command: host.current, fleet, first: host.transcript.length !== last });
      last = host.transcript.length;
    };
  });
  try {
    await work();
  } finally {
    for (const host of cluster.hosts) host.machine.beforeChange = () => {};
  }
  return points;
}
