import { change, fact, Failure, madeOf, met, notYet, operation, sh, type Command, type Fact, type Host, type OpenHost, type Operation } from '@keybuzz/sdk';
import { etcdHealthy, etcdReply } from './etcd-health.ts';
import { etcdData, etcdDefaults, etcdTls, type EtcdBegins } from './etcd.ts';
import type { Layout } from './layout.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { port } from './ports.ts';

/** A member as etcd lists it. One that was added and never started has no name yet; one that was never up has no client address. */
export interface EtcdMember {
  /** In hexadecimal, as etcdctl takes it. */
  readonly id: string;
  readonly name: string;
  readonly peers: readonly string[];
  readonly started: boolean;
}

/** An etcdctl order for the member on this host. */
export function etcdctl(host: Host, { layout, words }: { layout: Layout; words: readonly string[] }): Command {
  const { authority, certificate, key } = etcdTls(layout);
  return sh`ETCDCTL_API=3 etcdctl --dial-timeout=2s --command-timeout=4s --endpoints ${`https://${host.address}:${port.etcdClient}`} --cacert ${authority} --cert ${certificate} --key ${key} ${words}`;
}

/** The members that etcd on this host knows; undefined while it does not answer. */
function membersKnown(host: Host, layout: Layout): Fact<readonly EtcdMember[] | undefined> {
  return madeOf('members of etcd', [etcdReply(host, { layout, path: '/v3/cluster/member/list', body: {} })], (reply) => (reply?.status === 200 ? etcdMembersIn(reply.document) : undefined));
}

/** The members in the answer to that; their numbers are texts in decimals. */
export function etcdMembersIn(document: unknown): readonly EtcdMember[] {
  const { members = [] } = document as { members?: readonly { ID: string; name?: string; peerURLs?: readonly string[]; clientURLs?: readonly string[] }[] };
  return members.map(({ ID, name = '', peerURLs = [], clientURLs = [] }) => ({ id: BigInt(ID).toString(16), name, peers: peerURLs, started: clientURLs.length > 0 }));
}

/** Whether etcd on this host has data, and how it was told to begin when it got it. */
const memorySeen: Fact<{ has: boolean; begins: EtcdBegins }> = fact({
  name: 'data of etcd',
  // As etcd decides it: an attempt that failed leaves other files.
  command: sh`set -- ${etcdData}/member/wal/*.wal; [ ! -e "$1" ] || echo data; [ ! -r ${etcdDefaults} ] || while IFS== read -r name value; do [ "$name" != ETCD_INITIAL_CLUSTER_STATE ] || echo "STATE=$value"; done <${etcdDefaults}`,
  parse: ({ stdout }) => ({ has: /^data$/m.test(stdout), begins: /STATE=existing/.test(stdout) ? 'existing' : 'new' }),
});

const peerUrl = ({ address }: Host): string => `https://${address}:${port.etcdPeer}`;

/** What etcd of a host has and says. */
interface EtcdSeen {
  readonly host: OpenHost;
  readonly memory: { readonly has: boolean; readonly begins: EtcdBegins };
  readonly known: readonly EtcdMember[] | undefined;
}

/** What etcd of each host has and says; nothing without etcd. */
export async function etcdSeen({ cluster, config }: PostgresScope, wanted: Wanted): Promise<readonly EtcdSeen[]> {
  if (config.dcs !== 'etcd') return [];
  return cluster.each(async (host) => {
    const [known, healthy] = [membersKnown(host, wanted.layout), etcdHealthy(host, wanted.layout)];
    // A member lists what it knows even without a majority, which could change nothing; asked for its health first it knows what was agreed on.
    const read = await host.read([memorySeen, healthy, known]);
    return { host, memory: read(memorySeen), known: read(healthy) ? read(known) : undefined };
  });
}

/**
 * How etcd of each host begins. A host without data begins with the others, unless they have a cluster already: then they
 * forget what it was and it joins as a new member. Throws Failure `unsafe` for members of no host, and when most hosts have
 * lost what etcd had although PostgreSQL's cluster is `made`.
 */
export async function etcdBeginnings(seen: readonly EtcdSeen[], { wanted, made }: { wanted: Wanted; made: boolean }): Promise<ReadonlyMap<string, EtcdBegins>> {
  const asked = seen.find(({ known, memory }) => known !== undefined && memory.has);
  refuseLeftOver(asked?.known ?? [], { wanted, host: asked?.host });
  if (made && asked === undefined) refuseLost(seen.filter(({ memory }) => !memory.has).map(({ host }) => host.name), wanted);
  const beginnings = new Map<string, EtcdBegins>();
  // One after the other: with two members changing at a time there would be no majority.
  for (const { host, memory } of seen) {
    const before = asked?.known?.find(({ peers }) => peers.includes(peerUrl(host)));
    const lost = !memory.has && asked !== undefined && !(before !== undefined && before.name !== '' && !before.started);
    if (lost) await added(asked.host, { host, layout: wanted.layout });
    beginnings.set(host.name, lost ? 'existing' : memory.has ? memory.begins : 'new');
  }
  return beginnings;
}

// As etcd answers while its members choose another leader; what was asked for may have happened or not.
const unled = /request timed out|leader changed|no leader|deadline exceeded|unhealthy cluster/i;

/** The others wait for the host as for a new member, if need be once they have a leader again. */
async function added(asked: OpenHost, about: { host: Host; layout: Layout }): Promise<void> {
  await asked.waitFor(`etcd to take ${about.host.name} as a new member`, async () => {
    try {
      await asked.ensure(addedAnew(asked, about));
      return met(true);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'failed' && unled.test(error.message)) return notYet(error.message);
      throw error;
    }
  }, { within: 60_000, every: 1000 });
}

/** The others wait for the host as for a new member. */
function addedAnew(asked: OpenHost, { host, layout }: { host: Host; layout: Layout }): Operation {
  return operation({
    title: `etcd waits for ${host.name} as a new member`,
    look: { known: membersKnown(asked, layout) },
    change: ({ known = [] }) => {
      const before = known.find(({ peers }) => peers.includes(peerUrl(host)));
      if (before?.name === '') return [];
      const order = (words: readonly string[]): Command => sh`${etcdctl(asked, { layout, words })} >/dev/null`;
      return [
        before !== undefined && change(order(['member', 'remove', before.id]), { summary: `etcd forgets what ${host.name} was: its data is gone`, touches: ['etcd:members'] }),
        change(order(['member', 'add', host.name, `--peer-urls=${peerUrl(host)}`]), { summary: `etcd waits for ${host.name} as a new member`, touches: ['etcd:members'] }),
      ];
    },
  });
}

function refuseLeftOver(known: readonly EtcdMember[], { wanted, host }: { wanted: Wanted; host: OpenHost | undefined }): void {
  const urls = wanted.members.map((member) => peerUrl(member));
  const [stranger] = known.filter(({ peers }) => !peers.some((each) => urls.includes(each)));
  if (stranger === undefined || host === undefined) return;
  throw new Failure('unsafe', `etcd has a member that is no host of the stack and counts for its majority: ${stranger.name || 'without a name'} at ${stranger.peers.join(', ')}; nothing was touched`, {
    host: host.name,
    next: `on ${host.name}: ${etcdctl(host, { layout: wanted.layout, words: ['member', 'remove', stranger.id] }).text}`,
  });
}

function refuseLost(empty: readonly string[], { members }: Wanted): void {
  if (empty.length === members.length || empty.length * 2 <= members.length) return;
  throw new Failure('unsafe', `etcd has no majority, and on ${empty.join(', ')} its data is gone; nothing was touched`, { next: `bring their ${etcdData} back, or give up what etcd knew: stop patroni and etcd and move ${etcdData}/member aside on every host, and run this again: the data of PostgreSQL decides` });
}
