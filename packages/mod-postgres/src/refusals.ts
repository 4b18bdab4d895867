import { Failure, sameCertificates } from '@keybuzz/sdk';
import type { Found, WantedCluster } from './bootstrap.ts';
import type { ClusterSeen } from './data-directory.ts';
import { leaderOf } from './patroni-api.ts';
import { elsewhere } from './present-configuration.ts';
import { port } from './ports.ts';

const holders = (found: readonly Found[]): readonly { readonly host: string; readonly data: ClusterSeen }[] => found.flatMap(({ host, data }) => (data.kind === 'cluster' ? [{ host, data }] : []));
const remembered = (found: readonly Found[]): string | undefined => found.map(({ initialized }) => initialized).find((id) => id !== undefined && id !== '');
const leading = (found: readonly Found[]): string | undefined => leaderOf(found.flatMap(({ members }) => members ?? []));

function told(found: readonly Found[]): string {
  return holders(found).map(({ host, data }) => `${host}: PostgreSQL ${data.version}, system ${data.systemId}, cluster_name ${data.scope ?? 'not set'}, ${data.state}, last changed ${data.changed}`).join('\n  ');
}

/** No host has data of another version, or data that cannot be read. */
export function refuseStrange(found: readonly Found[], { version, plan }: WantedCluster): void {
  const versions = found.flatMap(({ host, data }) => ('version' in data && data.version !== version ? [{ host, is: data.version }] : []));
  const [first] = versions;
  if (first !== undefined) throw new Failure('unsafe', `wanted PostgreSQL ${version}, but the data is of another version: ${versions.map(({ host, is }) => `${host} has ${is}`).join(', ')}`, { next: `set version: '${first.is}', or upgrade the data with pg_upgrade` });
  const [unreadable] = found.flatMap(({ host, data }) => (data.kind === 'unreadable' && (data.programs || !plan) ? [{ host, why: data.why }] : []));
  if (unreadable !== undefined) throw new Failure('unsafe', `${unreadable.host} has data of PostgreSQL ${version} that cannot be read: ${unreadable.why}; nothing was touched`, { host: unreadable.host, next: 'look at it with pg_controldata; if it is lost, move the data directory aside and run this again' });
}

/** No host with data, or in a living cluster, is told to belong to another one. */
export function refuseElsewhere(found: readonly Found[], { belonging }: WantedCluster): void {
  const moved = found.flatMap(({ host, present }) => {
    const words = present === undefined ? undefined : elsewhere(present, belonging);
    return words === undefined ? [] : [`${host}: ${words}`];
  });
  const alive = leading(found) !== undefined || found.some(({ remembers }) => remembers) || holders(found).length > 0 || found.some(({ present }) => present?.holds === true);
  if (moved.length === 0 || !alive) return;
  throw new Failure('unsafe', `a cluster is there, and its members would be told to belong to another one; nothing was touched:\n  ${moved.join('\n  ')}`, { next: 'set cluster, dcs and dataDirectory back in use(postgres, …); to change them, dump the data, stop the cluster and make a new one' });
}

/** No host has data of another cluster than the one that lives, that the DCS remembers, or that bears our name. */
export function refuseForeign(found: readonly Found[], { belonging }: WantedCluster): void {
  const clusters = holders(found);
  const [initialized, leader] = [remembered(found), leading(found)];
  const ours = initialized ?? clusters.find(({ host }) => host === leader)?.data.systemId;
  const base = ours ?? clusters[0]?.data.systemId;
  const foreign = clusters.filter(({ data }) => data.systemId !== base);
  const whose = (which: typeof clusters): string => which.map(({ host }) => host).join(', ');
  if (foreign.length > 0) {
    throw new Failure('unsafe', `${ours === undefined ? 'the hosts have data of different clusters' : `the data on ${whose(foreign)} is of another cluster than ${ours}`}; nothing was touched:\n  ${told(found)}`, {
      next: `look at it, then move the data directory aside on ${whose(foreign)} and run this again`,
      ...(foreign.length === 1 ? { host: foreign[0]?.host } : {}),
    });
  }
  // A bootstrap that was cut before PostgreSQL started has no name yet; the DCS remembers that there was one.
  const nameless = found.some((each) => each.initialized === '') && clusters.every(({ data }) => data.scope === undefined);
  if (clusters.length === 0 || ours !== undefined || leader !== undefined || nameless || clusters.some(({ data }) => data.scope === belonging.scope)) return;
  throw new Failure('unsafe', `nobody leads or remembers a cluster ${belonging.scope}, and nothing says that the data on ${whose(clusters)} is of it; nothing was touched:\n  ${told(found)}`, {
    next: `move the data directory aside, or, if it is ours, write cluster_name = '${belonging.scope}' into its postgresql.conf, and run this again`,
    ...(clusters.length === 1 ? { host: clusters[0]?.host } : {}),
  });
}

/** Whoever leads is a host of the stack: of another one nobody would know when it is its turn, or that it is well. */
export function refuseStranger(found: readonly Found[], { hosts, belonging }: WantedCluster): void {
  const leader = leading(found);
  if (leader === undefined || hosts.includes(leader)) return;
  throw new Failure('unsafe', `${leader} leads the cluster ${belonging.scope} and is no host of the stack, whose hosts are ${hosts.join(', ')}; nothing was touched`, { next: 'patronictl -c /etc/patroni/config.yml list; members bear the names of the inventory: give the stack the host that leads, or switch over to one that it has' });
}

/** No member of a living cluster is told to trust another authority than the others do: they would speak with one another no more. */
export function refuseMistrust(found: readonly Found[], { authority }: WantedCluster): void {
  const other = found.filter((each) => each.authority !== '' && !sameCertificates(each.authority, authority)).map(({ host }) => host);
  if (leading(found) === undefined || other.length === 0) return;
  throw new Failure('unsafe', `a cluster lives, and ${other.join(', ')} would be told to trust another certificate authority than the one it has: its members would speak with one another no more; nothing was touched`, {
    next: 'give the stack the authority that signed their certificates: cat ITS-KEY.pem ITS-CERTIFICATE.pem | keybuzz secrets set stack/authority; or, with an outage, stop patroni and etcd on every host and run this again',
    ...(other.length === 1 ? { host: other[0] } : {}),
  });
}

/** Every host was asked, and what runs there has answered: when nobody leads, a silent one may. */
export function refuseSilent(found: readonly Found[], { hosts, belonging }: WantedCluster): void {
  const silent = hosts.filter((host) => !found.some((each) => each.host === host));
  if (silent.length > 0) throw new Failure('unsafe', `no host leads the cluster, and ${silent.join(', ')} could not be asked: they may have its data`, { next: 'run it again without --hosts, with every host up' });
  const ours = remembered(found);
  // PostgreSQL goes on when its Patroni dies, which takes it up again when it starts; that of somebody else is theirs.
  const strange = (each: Found): boolean => each.listens.includes(port.patroni) || !(each.data.kind === 'cluster' && (each.data.systemId === ours || each.data.scope === belonging.scope));
  const running = found.filter((each) => each.own === undefined && each.listens.length > 0 && strange(each));
  if (running.length === 0) return;
  const what = { [port.patroni]: 'Patroni', [port.postgres]: 'PostgreSQL' } as Readonly<Record<number, string>>;
  throw new Failure('unsafe', `no host leads the cluster as far as Patroni answers, but something runs that does not answer; nothing was touched:\n  ${running.map(({ host, listens }) => `${host}: ${listens.map((each) => `${what[each] ?? 'something'} listens on ${each}`).join(', ')}`).join('\n  ')}`, {
    next: `ask it on its host: curl -v --cacert /etc/keybuzz/postgres/ca.pem https://ADDRESS:${port.patroni}/cluster; stop it if it may be stopped, and run this again`,
    ...(running.length === 1 ? { host: running[0]?.host } : {}),
  });
}
