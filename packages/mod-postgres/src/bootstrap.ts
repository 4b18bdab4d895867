import { Failure } from '@keybuzz/sdk';
import { walPosition, type DataSeen } from './data-directory.ts';
import { leaderOf, type Member } from './patroni-api.ts';

/** One host, as it was found before anything was started. */
export interface Found {
  readonly host: string;
  readonly data: DataSeen;
  /** What its Patroni says of the cluster; undefined when it does not answer. */
  readonly members: readonly Member[] | undefined;
  /** The `initialize` key as this host's DCS has it; '' for a bootstrap that was cut, undefined when there is none or nobody can say. */
  readonly initialized: string | undefined;
}

/** What is to be done to have a leader. */
export type Situation =
  /** One leads. `joining` are hosts whose Patroni does not answer or that have no whole data yet; `unfinished` what a cut left, which Patroni would never repair. */
  | { readonly kind: 'live'; readonly leader: string; readonly joining: readonly string[]; readonly unfinished: readonly string[] }
  /** Nobody has data: whoever comes first makes the cluster. `unfinished` are directories a cut left, `forget` that the DCS remembers an attempt. */
  | { readonly kind: 'virgin'; readonly unfinished: readonly string[]; readonly forget: boolean }
  /** There is data and no leader: hosts start in this order, the most advanced first. */
  | { readonly kind: 'stopped'; readonly order: readonly (readonly string[])[]; readonly unfinished: readonly string[] };

type Cluster = Extract<DataSeen, { kind: 'cluster' }>;
const holding = ({ data }: Found): boolean => data.kind === 'cluster';

/**
 * The situation of the whole cluster, from what all its hosts said. Throws Failure `unsafe` where going on could
 * lose data: data of another cluster, of another version, or a cluster whose data is nowhere.
 */
export function situation(found: readonly Found[], wanted: { hosts: readonly string[]; version: string }): Situation {
  const unfinished = found.filter(({ data }) => data.kind === 'unfinished').map(({ host }) => host);
  refuseForeign(found, wanted.version);
  const leader = found.map(({ members }) => leaderOf(members)).find((name) => name !== undefined);
  if (leader !== undefined) return { kind: 'live', leader, joining: found.filter((each) => each.members === undefined || !holding(each)).map(({ host }) => host), unfinished };
  const silent = wanted.hosts.filter((host) => !found.some((each) => each.host === host));
  if (silent.length > 0) throw new Failure('unsafe', `no host leads the cluster, and ${silent.join(', ')} could not be asked: they may have its data`, { next: 'run it again without --hosts, with every host up' });
  const withData = found.filter(holding);
  const [known] = found.flatMap(({ initialized }) => (initialized === undefined ? [] : [initialized])).toSorted((a, b) => b.length - a.length);
  if (withData.length === 0) {
    if (known !== undefined && known !== '') throw new Failure('unsafe', `the DCS knows the cluster ${known}, but no host has its data`, { next: 'restore its data, or give it up: patronictl -c /etc/patroni/config.yml remove CLUSTER' });
    return { kind: 'virgin', unfinished, forget: known === '' };
  }
  const order = withData.toSorted((a, b) => advance(b.data as Cluster, a.data as Cluster)).map(({ host }) => host);
  const rest = found.filter((each) => !holding(each)).map(({ host }) => host);
  return { kind: 'stopped', order: [order.slice(0, 1), [...order.slice(1), ...rest]].filter((group) => group.length > 0), unfinished };
}

/** Above zero when `a` is further than `b`. */
function advance(a: Cluster, b: Cluster): number {
  if (a.timeline !== b.timeline) return a.timeline - b.timeline;
  const difference = walPosition(a.checkpoint) - walPosition(b.checkpoint);
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

function refuseForeign(found: readonly Found[], version: string): void {
  const clusters = found.flatMap(({ host, data }) => (data.kind === 'cluster' ? [{ host, data }] : []));
  const told = clusters.map(({ host, data }) => `${host}: PostgreSQL ${data.version}, system ${data.systemId}, ${data.state}, last changed ${data.changed}`).join('\n  ');
  const older = clusters.filter(({ data }) => data.version !== version);
  if (older.length > 0) throw new Failure('unsafe', `wanted PostgreSQL ${version}, but the data is of another version:\n  ${told}`, { next: `set version: '${older[0]?.data.version ?? ''}', or upgrade the data with pg_upgrade` });
  const initialized = found.map((each) => each.initialized).find((id) => id !== undefined && id !== '');
  const leader = leaderOf(found.flatMap(({ members }) => members ?? []));
  const ours = initialized ?? clusters.find(({ host }) => host === leader)?.data.systemId ?? clusters[0]?.data.systemId;
  const foreign = clusters.filter(({ data }) => data.systemId !== ours);
  if (foreign.length === 0) return;
  const sure = initialized !== undefined || leader !== undefined;
  const whose = foreign.map(({ host }) => host).join(', ');
  throw new Failure('unsafe', `${sure ? `the data on ${whose} is of another cluster than ${ours ?? 'this one'}` : 'the hosts have data of different clusters'}; nothing was touched:\n  ${told}`, {
    next: `look at it, then move the data directory aside on ${whose} and run this again`,
    ...(foreign.length === 1 ? { host: foreign[0]?.host } : {}),
  });
}
