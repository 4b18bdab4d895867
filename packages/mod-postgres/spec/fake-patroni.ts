import type { CatalogPackage, Machine } from '@keybuzz/sdk/testing';
import { systemId, type Content } from './fake-data.ts';
import type { FakeEtcd } from './fake-etcd.ts';
import { done, runs, type FakeFleet } from './fake-fleet.ts';
import { configuration, Member, unit, type Dynamic, type Parameters } from './fake-member.ts';

const seconds = 1000;
const copying = 3 * seconds;

// Those of what the module sets that PostgreSQL takes in at a restart only; a replica must not have less of the first ones than its primary.
const notLess = ['max_connections', 'max_wal_senders'];
const atRestart = [...notLess, 'shared_buffers', 'shared_preload_libraries', 'wal_level', 'wal_log_hints', 'max_replication_slots'];

/** Patroni on every machine that runs it, with the PostgreSQL under it: what it would have done by now is done at each look. */
export class FakePatroni {
  readonly #fleet: FakeFleet;
  readonly #etcd: FakeEtcd;

  constructor(fleet: FakeFleet, etcd: FakeEtcd) {
    this.#fleet = fleet;
    this.#etcd = etcd;
  }

  get members(): readonly Member[] {
    return this.#fleet.places.filter(({ machine }) => runs(machine, unit)).map((place) => new Member(place));
  }

  get leader(): Member | undefined {
    const { leader } = this.#etcd.lease;
    return this.members.find(({ written, serves }) => written.name === leader && serves);
  }

  get keys(): FakeEtcd['keys'] {
    return this.#etcd.keys;
  }

  get answers(): boolean {
    return this.#etcd.answers;
  }

  /** The member of a machine, up to date; what its own daemon changes there counts as done by it. */
  settled(by: Machine): Member | undefined {
    if (this.#etcd.answers) {
      for (const member of this.members) this.#loop(member, by);
      this.#elect(by);
    }
    return this.members.find(({ place }) => place.machine === by);
  }

  #loop(member: Member, by: Machine): void {
    const { machine } = member.place;
    const { now } = this.#fleet;
    const known = this.#etcd.keys.config as Dynamic | undefined;
    const loops = Math.floor(now / (known?.loop_wait ?? 2) / seconds);
    if (loops > member.memory.loops) member.recall({ loops, known });
    const { task, until } = member.memory;
    if (task === undefined) return this.#begin(member, by);
    if (now < until) return undefined;
    if (task === 'bootstrap') {
      done(machine, by, () => member.data.finish(1));
      this.#etcd.keys = { initialize: systemId, config: member.written.bootstrap.dcs };
      member.recall({ task: undefined, known: member.written.bootstrap.dcs });
      this.#lead(member);
    } else if (this.leader !== undefined) {
      const { timeline, content } = this.leader.data;
      done(machine, by, () => member.data.finish(timeline, content));
      member.recall({ task: undefined });
    }
    return this.#start(member, by);
  }

  #begin(member: Member, by: Machine): void {
    const { data, place: { machine } } = member;
    const keys = this.#etcd.keys;
    if (data.kind === 'cluster') {
      if (!keys.initialize && this.leader === undefined) this.#etcd.keys = { ...keys, initialize: systemId };
      return this.#start(member, by);
    }
    // "data dir for the cluster is not empty, but system ID is invalid; consider doing reinitialize" (patroni/ha.py)
    if (data.kind === 'unfinished' || !data.usable) return undefined;
    const task = this.leader !== undefined ? 'copy' : keys.initialize === undefined ? 'bootstrap' : undefined;
    if (task === undefined) return undefined;
    if (task === 'bootstrap') this.#etcd.keys = { ...keys, initialize: '' };
    member.recall({ task, until: this.#fleet.now + copying });
    return done(machine, by, () => data.begin(task === 'bootstrap' ? 'initdb' : 'copy'));
  }

  /** PostgreSQL runs, with parameters as the member knows them. */
  #start(member: Member, by: Machine): void {
    if (!member.data.whole || member.serves) return;
    done(member.place.machine, by, () => member.data.join(member.written.scope));
    this.restart(member);
  }

  restart(member: Member): void {
    const known = member.memory.known ?? (this.#etcd.keys.config as Dynamic | undefined);
    member.recall({ started: this.#wanted(member, known?.postgresql.parameters ?? {}), server: member.installed });
  }

  /** A parameter waits for a restart. */
  pending(member: Member): boolean {
    const { known, started } = member.memory;
    const wanted = known?.postgresql.parameters ?? {};
    return started !== undefined && atRestart.some((name) => wanted[name] !== started[name]);
  }

  #wanted(member: Member, parameters: Parameters): Parameters {
    const leader = this.leader?.place.name === member.place.name ? undefined : this.leader?.memory.started;
    const least = (name: string): unknown => (leader === undefined ? parameters[name] : Math.max(Number(parameters[name]), Number(leader[name])));
    return Object.fromEntries(atRestart.map((name) => [name, notLess.includes(name) ? least(name) : parameters[name]]));
  }

  #elect(by: Machine): void {
    const { lease } = this.#etcd;
    const { leader } = this;
    const ttl = ((this.#etcd.keys.config as Dynamic | undefined)?.ttl ?? 30) * seconds;
    if (leader !== undefined) this.#etcd.lease = { ...lease, until: this.#fleet.now + ttl };
    else if (lease.leader === undefined || this.#fleet.now > lease.until) {
      const [best] = this.members.filter(({ serves }) => serves).toSorted((a, b) => b.data.timeline - a.data.timeline);
      if (best !== undefined) this.promote(best, by);
    }
    for (const member of this.members) if (member.serves && this.leader !== undefined) follow(member, { leader: this.leader, by });
  }

  promote(member: Member, by: Machine): void {
    const before = this.leader;
    done(member.place.machine, by, () => (member.data.timeline += 1));
    this.#lead(member);
    // Who led before was restarted to follow.
    if (before !== undefined) this.restart(before);
  }

  #lead(member: Member): void {
    this.#etcd.lease = { leader: member.written.name, until: this.#fleet.now + 30 * seconds };
  }

  /** What was written on the leader is on every replica. */
  replicate(content: Content, by: Machine): void {
    const { leader } = this;
    if (leader === undefined) return;
    done(leader.place.machine, by, () => (leader.data.content = content));
    for (const member of this.members) if (member.serves) follow(member, { leader, by });
  }

  readonly package: CatalogPackage = {
    version: '4.0.5-1',
    depends: ['postgresql-common'],
    units: [
      {
        name: unit,
        reads: [configuration],
        reloads: true,
        // ConditionPathExists of the unit; then who reads it.
        refuses: ({ tree }) => {
          const found = tree.find(configuration);
          if (found === undefined) return 'unmet condition check (ConditionPathExists=/etc/patroni/config.yml)';
          return found.group === 'postgres' && (found.mode & 0o040) !== 0 ? undefined : `Permission denied: ${configuration}`;
        },
        started: (machine) => void this.settled(machine),
        listens: (machine) => {
          const member = this.members.find(({ place }) => place.machine === machine);
          if (member === undefined) return [];
          const at = (port: number) => ({ protocol: 'tcp' as const, port, address: member.place.address });
          return [at(8008), ...(member.serves ? [at(5432)] : [])];
        },
      },
    ],
  };
}

function follow(member: Member, { leader, by }: { leader: Member; by: Machine }): void {
  if (member.place.name === leader.place.name) return;
  done(member.place.machine, by, () => {
    member.data.timeline = leader.data.timeline;
    member.data.content = leader.data.content;
  });
}
