import { haproxy } from '@keybuzz/mod-haproxy';
import { asFailure, directory, Failures, file, fresh, inTurn, parallel, rolling, serviceRunning, type Act, type Operation, type OpenHost } from '@keybuzz/sdk';
import type { Situation } from './bootstrap.ts';
import { dynamicAsWanted, parametersKnown } from './cluster-settings.ts';
import type { PostgresConfig } from './config.ts';
import { rolesAndDatabases } from './content.ts';
import type { CredentialName } from './credentials.ts';
import { onItsDisk } from './data-mount.ts';
import { endLogins } from './ended-logins.ts';
import { etcdApart } from './etcd-apart.ts';
import { etcdBeginnings, etcdSeen } from './etcd-member.ts';
import { etcdFresh, etcdRunning, type EtcdBegins } from './etcd.ts';
import { findSituation, setAside } from './find-situation.ts';
import { role } from './hba.ts';
import { configured, patroniInstalled, type Installed } from './installed.ts';
import { wantedOf, type PostgresScope, type Wanted } from './members.ts';
import { patroniYml, raftFolder } from './patroni-yml.ts';
import { configureProxy } from './proxies.ts';
import { restartPending } from './restart-pending.ts';
import { poolerLookup, roleThere } from './roles.ts';
import { databaseSoftware } from './software.ts';
import { supervised } from './supervised.ts';
import { memberIdentity, memberTls } from './tls.ts';
import { leading, untilChosen, untilFit, untilLed, untilLooped, untilWhole } from './waits.ts';

/** One leads, the others stream from it, databases and roles are there, and the proxies lead to them. */
export const configure: Act<PostgresConfig, CredentialName> = async (scope) => {
  const wanted = wantedOf(scope);
  const looked = lookedAt(scope, wanted);
  // A cluster that must not be touched keeps the way to it as it is; a plan touches nothing and asks everybody at the same time.
  if (scope.mode === 'apply') await looked;
  const outcomes = await Promise.allSettled([looked.then(configureMembers), configureProxies(scope, wanted)]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [] : outcome.reason instanceof Failures ? outcome.reason.failures : [asFailure(outcome.reason)]));
  if (failures.length > 0) throw new Failures(failures);
};

/** The situation once a failover that may be going on is over: meanwhile nothing is restarted. */
async function chosen(scope: PostgresScope, { wanted, now }: { wanted: Wanted; now: Situation }): Promise<Situation> {
  if (now.kind !== 'stopped' || !now.answering) return now;
  await untilChosen(scope, wanted);
  return findSituation(scope, wanted);
}

async function configureProxies(scope: PostgresScope, wanted: Wanted): Promise<void> {
  await scope.hostsOf(haproxy).each((host) => configureProxy(host, { scope, wanted }));
}

/** What was found, before anything was changed but members that etcd waits for. Throws Failure `unsafe` where nothing may be. */
async function lookedAt(scope: PostgresScope, wanted: Wanted): Promise<Looked> {
  const { mode } = scope;
  const seen = findSituation(scope, wanted);
  const [found, etcd, installed] = await Promise.all([mode === 'apply' ? seen.then((now) => chosen(scope, { wanted, now })) : seen, etcdSeen(scope, wanted), patroniInstalled(scope, wanted), askedAhead({ scope, wanted, installed: new Map(), begins: new Map() })]);
  return { found, about: { scope, wanted, installed, begins: await etcdBeginnings(etcd, { wanted, made: found.kind !== 'virgin' }) } };
}

async function configureMembers({ found, about }: Looked): Promise<void> {
  const { scope, wanted } = about;
  if (found.kind !== 'live') await started(found, about);
  await inTurn(scope.mode, [
    async () => found.kind === 'live' && settledAll(about, found),
    () => onTheLeader(about, found),
    () => restartPending(scope, wanted),
    // Last: a client that still logs in as before keeps nothing else from being done.
    () => formerLoginsEnded(about, found),
  ]);
}

/** One after the other, the leader last, each only while the cluster is whole; in a plan nothing happens, so all at once. */
async function settledAll(about: About, found: Extract<Situation, { kind: 'live' }>): Promise<void> {
  const { cluster, mode } = about.scope;
  await joined(about, found);
  await cluster.each(async (host) => void (found.joining.includes(host.name) || (await settled(host, about))), mode === 'plan' ? parallel : rolling({ last: found.leader }));
}

/** A cluster that did not run has a leader. */
async function started(found: Exclude<Situation, { kind: 'live' }>, about: About): Promise<void> {
  const { scope, wanted } = about;
  const { cluster, mode } = scope;
  await cluster.each(async (host) => void (await host.ensure(...(await prepared(host, about)), ...setAside(host, { scope, wanted, found }))));
  for (const [at, group] of startOrder(found, about).entries()) {
    const start = (operations: readonly Operation[]) => Promise.all(cluster.hosts.filter(({ name }) => group.includes(name)).map((host) => host.ensure(...operations)));
    if (mode === 'apply' && found.kind === 'virgin' && at === 0) {
      // No boot starts Patroni before the cluster is there: after a power cut it would take what initdb left half done for one.
      await start([serviceRunning('patroni', { within: 300_000, enabled: false })]);
      await untilLed(scope, wanted);
    }
    await start(running(wanted));
    if (mode === 'apply') await untilLed(scope, wanted);
  }
}

/** Roles, databases and the settings of the whole cluster are there, on the host that leads. */
async function onTheLeader(about: About, found: Situation): Promise<void> {
  const { scope, wanted } = about;
  const { cluster, mode } = scope;
  const leader = found.kind === 'live' ? found.leader : undefined;
  const first = cluster.hosts.find(({ name }) => name === leader) ?? (mode === 'apply' ? await leading(scope, wanted) : cluster.hosts[0]);
  if (first === undefined) return;
  // Of a living cluster only the hosts that are worked on: another one may be away.
  if (mode === 'apply') await untilWhole(scope, found.kind === 'live' ? { ...wanted, members: cluster.hosts } : wanted);
  const applied = await first.ensure(...content(first, about));
  if (mode === 'apply' && applied.length > 0) await untilLooped(first, wanted);
}

/** Nobody logs in as before a rotation that is confirmed. */
async function formerLoginsEnded({ scope, wanted }: About, found: Situation): Promise<void> {
  const { cluster, mode } = scope;
  const leader = mode === 'apply' ? await leading(scope, wanted) : cluster.hosts.find(({ name }) => found.kind === 'live' && name === found.leader);
  if (leader !== undefined) await endLogins(leader, scope);
}

/** Who starts after whom. The first of the inventory makes a cluster: a seed of roles, and nothing afterwards. */
function startOrder(found: Exclude<Situation, { kind: 'live' }>, { scope, wanted }: About): readonly (readonly string[])[] {
  const [seed = '', ...others] = wanted.members.map(({ name }) => name);
  // Raft lives in Patroni itself: one alone has no majority to lead with.
  if (scope.config.dcs === 'raft') return [[seed, ...others]];
  return found.kind === 'stopped' ? found.order : [[seed], others];
}

/** What a member needs before anything of it starts. */
async function prepared(host: OpenHost, { scope, wanted, begins, installed }: About): Promise<readonly Operation[]> {
  const { config, credentials, inventory } = scope;
  const { layout, members, proxies, entry } = wanted;
  const etcd = config.dcs === 'etcd';
  const identity = await memberIdentity(host, scope, entry);
  const present = installed.get(host.name);
  const patroni = patroniYml({ host, members, proxies, network: inventory.privateNetwork, config, layout, credentials, patroni: present?.version ?? '' });
  return [
    ...memberTls(layout, identity, { etcd }),
    ...(etcd ? [...etcdRunning({ host, members, config, layout, begins: begins.get(host.name) ?? 'new' }), etcdFresh(layout), etcdApart(host, layout)] : [directory(raftFolder, { owner: 'postgres', mode: 0o700 })]),
    ...(present === undefined || configured(patroni, present) ? [] : [parametersKnown(config, layout)]),
    onItsDisk(layout.dataDirectory),
    ...folders(layout.dataDirectory),
    directory('/etc/patroni'),
    supervised('patroni'),
    file(layout.patroni, patroni, { group: 'postgres', mode: 0o640 }),
  ];
}

interface Looked {
  readonly found: Situation;
  readonly about: About;
}

interface About {
  readonly scope: PostgresScope;
  readonly wanted: Wanted;
  /** How etcd of each host begins. */
  readonly begins: ReadonlyMap<string, EtcdBegins>;
  /** What is on each host, as far as it is known yet. */
  readonly installed: ReadonlyMap<string, Installed>;
}

/** The data directory and what is above it, as far as it is ours to make. */
function folders(dataDirectory: string): readonly Operation[] {
  const parts = dataDirectory.split('/').slice(1);
  const above = parts.slice(0, -1).map((_, at) => `/${parts.slice(0, at + 1).join('/')}`).filter((path) => path.split('/').length > 2);
  return [...above.map((path) => directory(path)), directory(dataDirectory, { owner: 'postgres', mode: 0o700 })];
}

/** Patroni runs with its files as they are. */
function running({ layout }: Wanted): readonly Operation[] {
  return [serviceRunning('patroni', { within: 300_000 }), fresh('patroni', { files: [layout.patroni, layout.tls.certificate, layout.tls.key], reload: true })];
}

/** Hosts that are not in the living cluster yet are: all at once, since it cannot be whole before the last of them is. */
async function joined(about: About, found: Extract<Situation, { kind: 'live' }>): Promise<void> {
  const { scope, wanted } = about;
  const hosts = scope.cluster.hosts.filter(({ name }) => found.joining.includes(name));
  const applied = await Promise.all(hosts.map(async (host) => host.ensure(...databaseSoftware(scope.config, { versions: true }), ...(await prepared(host, about)), ...setAside(host, { scope, wanted, found }), ...running(wanted))));
  if (scope.mode === 'apply' && applied.flat().length > 0) await untilWhole(scope, wanted);
}

/** All that makes a member of a living cluster. */
async function member(host: OpenHost, about: About): Promise<readonly Operation[]> {
  return [...databaseSoftware(about.scope.config, { versions: true }), ...(await prepared(host, about)), ...running(about.wanted)];
}

/** In a plan every host was asked what its member will go by. */
async function askedAhead(about: About): Promise<void> {
  const { cluster, mode } = about.scope;
  if (mode === 'plan') await cluster.each(async (host) => host.ahead(...(await member(host, about)), settings(host, about)));
}

/** A member of a living cluster is as wanted; whoever goes on to the next host finds the cluster whole again. */
async function settled(host: OpenHost, about: About): Promise<void> {
  const { scope, wanted } = about;
  const operations = await member(host, about);
  if (scope.mode === 'apply' && (await anything(host, operations))) await untilFit(scope, wanted);
  const applied = await host.ensure(...operations);
  if (scope.mode !== 'apply' || applied.length === 0) return;
  await untilLooped(host, wanted);
  await untilFit(scope, wanted);
}

/** Whether there is anything to do on the host. */
async function anything(host: OpenHost, operations: readonly Operation[]): Promise<boolean> {
  const seen = await host.read(operations.flatMap(({ facts }) => facts));
  return operations.some((each) => each.changes(seen, { touched: [] }).length > 0);
}

/** The settings of the whole cluster, as any member can tell them. */
function settings(host: OpenHost, { scope, wanted }: Pick<About, 'scope' | 'wanted'>): Operation {
  return dynamicAsWanted({ host, layout: wanted.layout, password: scope.credentials['patroni-api'] }, scope.config);
}

/** Roles, databases and the settings of the whole cluster, all on the leader. */
function content(leader: OpenHost, { scope, wanted }: About): readonly Operation[] {
  const { credentials } = scope;
  return [
    settings(leader, { scope, wanted }),
    roleThere({ name: role.admin, attributes: ['SUPERUSER', 'CREATEDB', 'CREATEROLE'], password: { secret: credentials.superuser, verifier: credentials['superuser-verifier'] } }),
    roleThere({ name: role.replication, attributes: ['REPLICATION'], password: { secret: credentials.replication, verifier: credentials['replication-verifier'] } }),
    roleThere({ name: role.rewind, attributes: [], password: { secret: credentials.rewind, verifier: credentials['rewind-verifier'] } }),
    roleThere({ name: role.pooler, attributes: [] }),
    poolerLookup(),
    ...rolesAndDatabases(scope),
  ];
}
