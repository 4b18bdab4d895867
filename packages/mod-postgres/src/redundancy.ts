import { haproxy } from '@keybuzz/mod-haproxy';
import { met, notYet, type Answer } from '@keybuzz/sdk';
import { backendFacts, backendProbes, backendsOn, type BackendsOn } from './backends.ts';
import { etcdHealthy, etcdLeads } from './etcd-health.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { leaderOf, membersSeen, unwhole, type Member } from './patroni-api.ts';

/** What the hosts said of how much may be lost now; a host that did not answer said nothing. */
export interface Standing {
  readonly members: readonly Member[] | undefined;
  /** Hosts whose etcd takes part; undefined where the DCS is not etcd. */
  readonly etcd: readonly string[] | undefined;
  /** The host that etcd is led from. */
  readonly etcdLeader: string | undefined;
  readonly proxies: readonly BackendsOn[];
}

/** What is missing for any one host to be lost without harm; undefined when nothing is. */
export function lackingOf({ members, etcd, etcdLeader, proxies }: Standing, wanted: { members: readonly string[]; proxies: readonly string[] }): string | undefined {
  const lacking = unwhole(members, wanted.members);
  if (lacking !== undefined) return lacking;
  const withoutEtcd = etcd === undefined ? [] : wanted.members.filter((name) => !etcd.includes(name));
  if (withoutEtcd.length > 0) return `etcd of ${withoutEtcd.join(', ')} takes no part`;
  if (etcdLeader !== undefined && etcdLeader === leaderOf(members)) return `${etcdLeader} leads PostgreSQL and etcd alike`;
  const silent = wanted.proxies.filter((name) => !proxies.some(({ host }) => host === name));
  if (silent.length > 0) return `${silent.join(', ')} does not answer`;
  const wrong = proxies.flatMap((proxy) => backendProbes(proxy, { members: wanted.members.length, leader: leaderOf(members) })).find(({ status }) => status !== 'ok');
  return wrong === undefined ? undefined : `${wrong.host}: ${wrong.title}: ${wrong.seen}, wanted ${wrong.wanted}`;
}

/** Every member streams, every etcd takes part, and every proxy leads to all of them: any one host may be lost. */
export async function redundant(scope: PostgresScope): Promise<Answer<unknown>> {
  const { members, proxies } = wantedOf(scope);
  const names = (hosts: readonly { readonly name: string }[]): readonly string[] => hosts.map(({ name }) => name);
  const lacking = lackingOf(await standing(scope), { members: names(members), proxies: names(proxies) });
  return lacking === undefined ? met(true) : notYet(lacking);
}

async function standing(scope: PostgresScope): Promise<Standing> {
  const { layout } = wantedOf(scope);
  const etcd = scope.config.dcs === 'etcd';
  const [hosts, proxies] = await Promise.all([
    answered(scope.cluster.hosts.map(async (host) => {
      const [members, healthy, leads] = [membersSeen({ host, layout }), etcdHealthy(host, layout), etcdLeads(host, layout)];
      const seen = await host.read([members, ...(etcd ? [healthy, leads] : [])]);
      return { name: host.name, members: seen(members), etcd: etcd && seen(healthy), leads: etcd && seen(leads) };
    })),
    answered(scope.hostsOf(haproxy).hosts.map(async (host) => backendsOn(host.name, await host.read(backendFacts)))),
  ]);
  return {
    members: viewOf(hosts.map(({ members }) => members)),
    etcd: etcd ? hosts.flatMap((each) => (each.etcd ? [each.name] : [])) : undefined,
    etcdLeader: hosts.find(({ leads }) => leads)?.name,
    proxies,
  };
}

/** The members as the first host that answers sees them, or better the first that knows a leader. */
export async function membersNow(scope: PostgresScope): Promise<readonly Member[] | undefined> {
  const { layout } = wantedOf(scope);
  return viewOf(await answered(scope.cluster.hosts.map(async (host) => {
    const seen = membersSeen({ host, layout });
    return (await host.read([seen]))(seen);
  })));
}

function viewOf(said: readonly (readonly Member[] | undefined)[]): readonly Member[] | undefined {
  return said.find((members) => leaderOf(members) !== undefined) ?? said.find((members) => members !== undefined);
}

async function answered<T>(asked: readonly Promise<T>[]): Promise<readonly T[]> {
  return (await Promise.allSettled(asked)).flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
}
