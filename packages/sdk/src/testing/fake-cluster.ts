import { Failure } from '../command/index.ts';
import type { Host, Inventory } from '../inventory/index.ts';
import type { Sessions } from '../module/index.ts';
import type { Clock } from '../wait/index.ts';
import { fakeHost, type FakeHost, type FakeHostOptions } from './fake-host.ts';
import type { HostState } from './machine/host-state.ts';
import type { MachineState } from './machine/machine.ts';

/** What all machines of a fake fleet are made of. */
export type FleetOptions = Omit<FakeHostOptions, 'name' | 'address' | 'publicAddress' | 'controller'>;

/** A fleet of machines in memory with the inventory that describes it. */
export interface FakeCluster {
  readonly inventory: Inventory;
  readonly controller: Host;
  readonly hosts: readonly FakeHost[];
  /** The machine of that name. */
  host(name: string): FakeHost;
  readonly sessions: Sessions;
  /** A clock that all machines move with: a pause makes their time pass. */
  readonly clock: Clock;
  states(): Readonly<Record<string, HostState>>;
  snapshot(): readonly MachineState[];
  restore(snapshot: readonly MachineState[]): void;
}

/** Machines by role, such as `{ redis: 3, 'db/postgres': 3 }`: redis-01, …, postgres-01, … on a private and a public network. */
export function fakeCluster(counts: Readonly<Record<string, number>>, options: FleetOptions = {}): FakeCluster {
  const kinds = Object.entries(counts).flatMap(([kind, count]) => Array.from({ length: count }, (_, i) => ({ kind, number: i + 1 })));
  const described = kinds.map(({ kind, number }, i) => {
    const [role = kind, subrole] = kind.split('/');
    return hostOf({ name: `${subrole ?? role}-${String(number).padStart(2, '0')}`, role, subrole, place: i + 11 });
  });
  const controller = hostOf({ name: 'install-01', role: 'orchestrator', subrole: undefined, place: 250 });
  const hosts = described.map((each) => fakeHost({ ...options, name: each.name, address: each.address, ...(each.publicAddress === undefined ? {} : { publicAddress: each.publicAddress }), controller: controller.address }));
  const host = (name: string): FakeHost => {
    const found = hosts.find((each) => each.host === name);
    if (found === undefined) throw new RangeError(`no fake host ${name}`);
    return found;
  };
  return {
    inventory: { file: 'fake', env: 'prod', hosts: described, privateNetwork: '10.0.0.0/16' },
    controller,
    hosts,
    host,
    sessions: { session: async ({ name }) => connected(host(name)), close: () => Promise.resolve() },
    clock: {
      now: () => Math.max(...hosts.map((each) => each.machine.now)),
      pause: async (milliseconds) => void (await Promise.all(hosts.map((each) => each.advance(milliseconds)))),
    },
    states: () => Object.fromEntries(hosts.map((each) => [each.host, each.state()])),
    snapshot: () => hosts.map((each) => each.snapshot()),
    restore: (snapshot) => hosts.forEach((each, i) => each.restore(snapshot[i] as MachineState)),
  };
}

/** A new connection, if the machine lets one in. */
async function connected(host: FakeHost): Promise<FakeHost> {
  await host.advance(0);
  const why = host.unreachable();
  if (why !== undefined) throw new Failure('unreachable', `${host.host}: ${why}`, { host: host.host });
  return host;
}

function hostOf(about: { name: string; role: string; subrole: string | undefined; place: number }): Host {
  const { name, role, subrole, place } = about;
  return {
    name, role, subrole,
    address: `10.0.0.${place}`,
    publicAddress: `198.51.100.${place}`,
    fqdn: `${name}.example.test`,
    user: 'root',
    port: 22,
    pool: undefined,
    dockerStack: undefined,
    core: true,
    notes: '',
    source: { file: 'fake', line: place },
  };
}
