import { Failure, type Host } from '@keybuzz/sdk';
import type { Replication } from './replication.ts';
import type { Watching } from './watching.ts';

/** What one host said. */
export interface Answer {
  readonly host: string;
  /** Undefined when the server does not answer. */
  readonly server: Replication | undefined;
  /** Undefined when the Sentinel does not answer, or watches nothing. */
  readonly sentinel: Watching | undefined;
  /** Whether a Sentinel has ever been told on this host who leads. */
  readonly remembers: boolean;
  /** Whether there has ever been a server of ours on this host: what it has and what it remembers are in one folder. */
  readonly served: boolean;
}

/** Who leads: somebody does, nobody ever did, or it cannot be told now. */
export type Situation =
  | { readonly kind: 'live'; readonly master: Host; readonly why: string }
  | { readonly kind: 'virgin' }
  | { readonly kind: 'unsettled'; readonly why: string; /** The master that the Sentinels still name, silent; `anew` when there has never been a server on its host, so it has nothing. */ readonly silent?: { readonly master: Host; readonly anew: boolean } };

/**
 * Who leads, from what all hosts said. The Sentinels decide, and of those that disagree the one with the highest epoch:
 * a failover is a new epoch. Without any, the one master that is followed or has keys. Throws Failure `failed` when two
 * have keys of their own: one of them would be lost.
 */
export function situationOf(answers: readonly Answer[], members: readonly Host[]): Situation {
  const latest = answers.flatMap(({ sentinel }) => sentinel ?? []).toSorted((a, b) => epoch(b) - epoch(a))[0];
  return latest === undefined ? withoutSentinels(answers, members) : namedBy(latest, { answers, members });
}

const epoch = ({ master }: Watching): number => Number(master['config-epoch'] ?? 0);

function namedBy(latest: Watching, { answers, members }: { answers: readonly Answer[]; members: readonly Host[] }): Situation {
  const ip = latest.master['ip'] ?? '';
  const master = members.find(({ address }) => address === ip);
  if (master === undefined) {
    throw new Failure('failed', `the Sentinels say that ${ip} leads, which is no host of this stack`, { next: `add it to the inventory, or have the Sentinels choose a host of it: keybuzz health --only redis` });
  }
  const asked = answers.find(({ host }) => host === master.name);
  // Not among the hosts that are worked on: the Sentinels know.
  if (asked === undefined || asked.server?.role === 'master') return { kind: 'live', master, why: `the Sentinels say so, epoch ${epoch(latest)}` };
  const why = `the Sentinels say that ${master.name} leads, which`;
  return asked.server === undefined ? { kind: 'unsettled', why: `${why} does not answer`, silent: { master, anew: !asked.served } } : { kind: 'unsettled', why: `${why} is a replica` };
}

function withoutSentinels(answers: readonly Answer[], members: readonly Host[]): Situation {
  const masters = answers.filter(({ server }) => server?.role === 'master');
  const holding = masters.filter(({ server }) => (server?.keys ?? 0) > 0 || (server?.replicas ?? 0) > 0);
  if (holding.length > 1) {
    const each = holding.map(({ host, server }) => `${host} (${server?.keys ?? 0} keys, ${server?.replicas ?? 0} replicas)`).join(', ');
    throw new Failure('failed', `no Sentinel answers, and more than one server leads: ${each}`, {
      next: 'save both (redis-cli BGSAVE), decide which is right, and empty the other (FLUSHALL) or make it a replica by hand (REPLICAOF)',
    });
  }
  const [only] = holding;
  const master = members.find(({ name }) => name === only?.host);
  if (master !== undefined) return { kind: 'live', master, why: 'no Sentinel answers, and no other server leads' };
  if (answers.some(({ remembers }) => remembers)) return { kind: 'unsettled', why: 'no Sentinel answers, and no server that leads' };
  const followers = answers.filter(({ server }) => server?.role === 'replica');
  if (followers.length > 0) return { kind: 'unsettled', why: `${followers.map(({ host }) => host).join(', ')} follow a master that is not here` };
  return { kind: 'virgin' };
}
