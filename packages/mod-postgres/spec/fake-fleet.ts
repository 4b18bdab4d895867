import type { FakeCluster, Machine } from '@keybuzz/sdk/testing';

/** A machine of the fleet with what the inventory says of it. */
export interface Place {
  readonly name: string;
  readonly address: string;
  readonly machine: Machine;
}

/** The machines that daemons see beside their own; there are none until the cluster has joined. */
export class FakeFleet {
  #places: readonly Place[] = [];
  #now: () => number = () => 0;

  join({ hosts, inventory, clock }: FakeCluster): void {
    this.#now = () => clock.now();
    this.#places = hosts.map(({ host, machine }) => ({ name: host, machine, address: inventory.hosts.find(({ name }) => name === host)!.address }));
  }

  /** Milliseconds, the same for everybody. */
  get now(): number {
    return this.#now();
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  of(machine: Machine): Place {
    return this.#places.find((each) => each.machine === machine)!;
  }

  at(address: string): Place | undefined {
    return this.#places.find((each) => each.address === address);
  }
}

/** Whether the unit runs there. */
export function runs({ units }: Machine, unit: string): boolean {
  return units.get(unit)?.active === 'active';
}

/** The work of a daemon: a change of the machine when its own command brings it about, nobody's doing otherwise. */
export function done(machine: Machine, by: Machine, work: () => void): void {
  if (machine === by) work();
  else machine.quietly(work);
}

/** What a process keeps in memory: gone with a reboot, and no state that two ways to the same end have to agree on. */
export function remember(machine: Machine, name: string, value: unknown): void {
  machine.quietly(() => machine.tree.write(`/run/${name}.json`, JSON.stringify(value)));
}

/** What was remembered under that name. */
export function remembered<T>({ tree }: Machine, name: string): T | undefined {
  const text = tree.textIfAny(`/run/${name}.json`);
  return text === '' ? undefined : (JSON.parse(text) as T);
}
