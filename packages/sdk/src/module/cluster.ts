import { asFailure, type Failure } from '../command/index.ts';
import type { OpenHost } from './open-host.ts';

/** How work goes over hosts: the hosts of one inner list at the same time, the lists one after the other. */
export type Strategy = (hosts: readonly OpenHost[]) => readonly (readonly OpenHost[])[];

/** All at the same time. */
export const parallel: Strategy = (hosts) => [hosts];

/** One after the other, the named one (the primary) last; a failure stops it before it reaches the next. */
export const rolling = ({ last }: { last?: string | undefined } = {}): Strategy => (hosts) =>
  hosts.toSorted((a, b) => Number(a.name === last) - Number(b.name === last)).map((host) => [host]);

/** Several failures at once, one a host. */
export class Failures extends Error {
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures.map((f) => `${f.context.host ?? ''}: ${f.message}`).join('\n'));
    this.name = 'Failures';
    this.failures = failures;
  }
}

/** The hosts a module owns, open. */
export class Cluster {
  readonly hosts: readonly OpenHost[];

  constructor(hosts: readonly OpenHost[]) {
    this.hosts = hosts;
  }

  /** The host of that name; it must be one of this cluster. */
  host(name: string): OpenHost {
    const found = this.hosts.find((h) => h.name === name);
    if (found === undefined) throw new RangeError(`no host ${name} here: ${this.hosts.map((h) => h.name).join(', ')}`);
    return found;
  }

  /** The work was done on every host, or `Failures` tells on which it was not: one host never stops its group. */
  async each<T>(work: (host: OpenHost) => Promise<T>, strategy: Strategy = parallel): Promise<T[]> {
    const done: T[] = [];
    for (const group of strategy(this.hosts)) {
      const outcomes = await Promise.allSettled(group.map((host) => work(host)));
      const failures = outcomes.flatMap((o, i) => (o.status === 'rejected' ? [asFailure(o.reason).within({ host: group[i]?.name })] : []));
      if (failures.length > 0) throw new Failures(failures);
      done.push(...outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : [])));
    }
    return done;
  }
}
