import { Failure } from '@keybuzz/sdk';
import type { DataSeen } from './data-directory.ts';
import { leaderOf, type Member, type OwnState } from './patroni-api.ts';
import { port } from './ports.ts';
import type { Belonging, Present } from './present-configuration.ts';
import { refuseElsewhere, refuseForeign, refuseMistrust, refuseSilent, refuseStranger, refuseStrange } from './refusals.ts';

/** One host, as it was found before anything was started. */
export interface Found {
  readonly host: string;
  readonly data: DataSeen;
  /** What its Patroni says of the cluster and of itself; undefined when it does not answer. */
  readonly members: readonly Member[] | undefined;
  readonly own: OwnState | undefined;
  /** The `initialize` key as this host's DCS has it; '' for a bootstrap that was cut, undefined when there is none or nobody can say. */
  readonly initialized: string | undefined;
  /** Its DCS remembers a cluster that was made to its end. */
  readonly remembers: boolean;
  /** Its member of the DCS is well, as far as it has one of its own. */
  readonly coordinated: boolean;
  /** The certificates that it trusts, PEM; '' before it has any. */
  readonly authority: string;
  /** What its Patroni is configured for; undefined before it is. */
  readonly present: Present | undefined;
  /** Ports of PostgreSQL and Patroni on which something listens there, whatever it is. */
  readonly listens: readonly number[];
}

/** The cluster as the stack wants it. */
export interface WantedCluster {
  readonly hosts: readonly string[];
  readonly version: string;
  readonly belonging: Belonging;
  /** The stack's certificate authority, PEM. */
  readonly authority: string;
  /** Nothing is changed: programs that a rollout installs first may not be there. */
  readonly plan: boolean;
}

/** What is to be done to have a leader. */
export type Situation =
  /** One leads. `joining` are hosts that take no part: Patroni or etcd does not answer there, they have no whole data, or do not stream; `unfinished` what a cut left, which Patroni would never repair. */
  | { readonly kind: 'live'; readonly leader: string; readonly joining: readonly string[]; readonly unfinished: readonly string[] }
  /** Nobody has data: whoever comes first makes the cluster. `unfinished` are directories a cut left, `forget` that the DCS remembers an attempt. */
  | { readonly kind: 'virgin'; readonly unfinished: readonly string[]; readonly forget: boolean }
  /** There is data, or it is being made, and no leader: hosts that have it start together, since Patroni needs them to choose; those without it last. Where Patroni is `answering` it may be about to choose one itself. */
  | { readonly kind: 'stopped'; readonly answering: boolean; readonly order: readonly (readonly string[])[]; readonly unfinished: readonly string[] };

const holding = ({ data }: Found): boolean => data.kind === 'cluster';
const making = ({ own }: Found): boolean => /initializing new cluster|bootstrap/.test(own?.state ?? '');
const idle = ({ own }: Found): boolean => own === undefined || /stopped|fail|crashed/.test(own.state);
const names = (found: readonly Found[]): readonly string[] => found.map(({ host }) => host);

/**
 * The situation of the whole cluster, from what all its hosts said. Throws Failure `unsafe` where going on could
 * lose data or make a second cluster beside one that lives.
 */
export function situation(found: readonly Found[], wanted: WantedCluster): Situation {
  const unfinished = names(found.filter(({ data }) => data.kind === 'unfinished'));
  refuseStrange(found, wanted);
  refuseElsewhere(found, wanted);
  refuseForeign(found, wanted);
  const leader = found.map(({ members }) => leaderOf(members)).find((name) => name !== undefined);
  refuseStranger(found, wanted);
  refuseMistrust(found, wanted);
  if (leader !== undefined) return { kind: 'live', leader, joining: names(found.filter(away)), unfinished };
  refuseSilent(found, wanted);
  const begun = found.filter(making);
  const withData = found.filter((each) => holding(each) || begun.includes(each));
  const [known] = found.flatMap(({ initialized }) => (initialized === undefined ? [] : [initialized])).toSorted((a, b) => b.length - a.length);
  const cut = known === '' && !found.some(({ remembers }) => remembers) ? withData.filter((each) => cutShort(each) && withData.length === 1) : [];
  if (withData.length === cut.length) {
    if (found.some(({ remembers }) => remembers)) throw new Failure('unsafe', `the DCS knows the cluster${known === undefined ? '' : ` ${known}`}, but no host has its data`, { next: 'restore its data, or give it up: patronictl -c /etc/patroni/config.yml remove CLUSTER' });
    return { kind: 'virgin', unfinished: [...unfinished, ...names(cut)], forget: known === '' };
  }
  const rest = found.filter((each) => !withData.includes(each));
  return { kind: 'stopped', answering: found.some(({ own }) => own !== undefined), order: [names(withData), names(rest)].filter((group) => group.length > 0), unfinished: unfinished.filter((host) => !names(begun).includes(host)) };
}

/** Nothing that is done to a host that takes no part makes the cluster any worse: nobody waits for it to be whole first. */
function away({ host, members, data, coordinated }: Found): boolean {
  const own = members?.find(({ name }) => name === host);
  return members === undefined || data.kind !== 'cluster' || !coordinated || (own !== undefined && !['streaming', 'running'].includes(own.state)) || (own?.state === 'running' && own.role !== 'leader');
}

/** Data of a bootstrap that never ended: initdb writes what looks like a cluster long before it is one, and users come last. */
function cutShort(found: Found): boolean {
  return found.data.kind === 'cluster' && !found.data.joined && idle(found) && !found.listens.includes(port.postgres);
}
