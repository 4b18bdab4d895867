import { inTurn, parallel, rolling, type Act, type Applied, type Host, type Strategy } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { answersOf, findSituation, untilReplaced } from './find-situation.ts';
import { following } from './following.ts';
import { usersKnown } from './known-users.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { configureProxies } from './proxies.ts';
import { againstRestart } from './restart-gate.ts';
import { sentinelRunning } from './sentinel.ts';
import { memoriesOf, serverRunning, type Memories } from './server.ts';
import type { Situation } from './situation.ts';
import { spokenAsWanted } from './spoken.ts';
import { nobodyStale, noStranger } from './stale.ts';
import { identitiesOf, type Identities } from './tls.ts';
import { untilBack, untilLed, untilWhole } from './waits.ts';

/** One leads, the others follow it, three Sentinels watch it, and the proxies lead to it. */
export const configure: Act<RedisConfig, CredentialName> = async (scope) => {
  // Everybody takes a new password before anybody shows it.
  const known = (): Promise<unknown> => scope.cluster.each((host) => host.ensure(spokenAsWanted(scope), noStranger(scope), ...usersKnown(scope)));
  await inTurn(scope.mode, [known, () => configureAll(scope)]);
};

/** What the hosts are made from. */
interface From {
  readonly memories: Memories;
  readonly identities: Identities;
}

async function configureAll(scope: RedisScope): Promise<void> {
  const outcomes = await Promise.allSettled([configureMembers(scope), configureProxies(scope, wantedOf(scope))]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Error;
}

async function configureMembers(scope: RedisScope): Promise<void> {
  const { mode } = scope;
  const [seen, memories, identities] = await Promise.all([findSituation(scope), memoriesOf(scope), identitiesOf(scope), askedAhead(scope)]);
  const from: From = { memories, identities };
  const found = mode === 'apply' ? await untilReplaced(scope, seen) : seen;
  const applied = await inTurn(mode, [() => (found.kind === 'live' ? settled(scope, { master: found.master, ...from }) : begun(scope, { found, ...from })), () => forgetful(scope)]);
  if (mode === 'apply' && applied.flat().length > 0) await untilWhole(scope);
}

/** In a plan every host was asked what it will go by once it is known who leads: neither that nor what the settings are made from changes what is asked. */
async function askedAhead(scope: RedisScope): Promise<void> {
  const { seed: master } = wantedOf(scope);
  await scope.cluster.each((host) => host.ahead(...serverRunning(host, scope, { memories: new Map(), identities: new Map() }), following(master, { scope, virgin: false }), ...sentinelRunning(host, { scope, master }), nobodyStale(scope)));
}

/** No Sentinel knows a stranger; one after the other: a Sentinel that has just forgotten everybody takes no part in a failover. */
async function forgetful(scope: RedisScope): Promise<readonly Applied[]> {
  const { cluster, mode } = scope;
  const applied = await cluster.each(async (host) => {
    const now = await host.ensure(nobodyStale(scope));
    if (mode === 'apply' && now.length > 0) await untilWhole(scope);
    return now;
  }, mode === 'plan' ? parallel : rolling());
  return applied.flat();
}

/**
 * The hosts of a living set are as wanted: one after the other, those that are away first and the master last, each only
 * once the one before is back, and none that runs is restarted while another is away; in a plan nothing happens, so all at once.
 */
async function settled(scope: RedisScope, { master, memories, identities }: From & { master: Host }): Promise<readonly Applied[]> {
  const { cluster, mode } = scope;
  const { members } = wantedOf(scope);
  let answers = mode === 'plan' ? [] : await answersOf(scope);
  const away = answers.filter(({ server }) => server?.linkUp !== true).map(({ host }) => host);
  const awayFirst: Strategy = (hosts) => rolling({ last: master.name })(hosts).toSorted(([a], [b]) => Number(away.includes(b?.name ?? '')) - Number(away.includes(a?.name ?? '')));
  const applied = await cluster.each(async (host) => {
    const server = serverRunning(host, scope, { memories, identities, against: againstRestart(host, answers, members) });
    const acts = [server, host.name === master.name ? [] : [following(master, { scope, virgin: false })], sentinelRunning(host, { scope, master })];
    const all = (await inTurn(mode, acts.map((operations) => () => host.ensure(...operations)))).flat();
    if (mode === 'apply' && all.length > 0) {
      await untilBack(host, scope);
      answers = await answersOf(scope);
    }
    return all;
  }, mode === 'plan' ? parallel : awayFirst);
  return applied.flat();
}

/** A set that never was, or that does not run, is there. */
async function begun(scope: RedisScope, { found, memories, identities }: From & { found: Situation }): Promise<readonly Applied[]> {
  const { cluster, mode } = scope;
  const { kind } = found;
  // Starting decides nothing: a server remembers whom it follows, and one that never did follows nobody. Those that run may be all that is left of a set.
  const started = await cluster.each(async (host) => host.ensure(...serverRunning(host, scope, { memories, identities, restarts: kind === 'virgin' || mode === 'plan' })));
  const now = mode === 'apply' ? await untilLed(scope) : found;
  if (kind !== 'virgin' && now.kind === 'live') return [...started.flat(), ...(await settled(scope, { master: now.master, memories, identities }))];
  // The host that the inventory calls master makes the set: a seed, and nothing afterwards.
  const master = now.kind === 'live' ? now.master : wantedOf(scope).seed;
  const followed = await cluster.each(async (host) => (host.name === master.name ? [] : host.ensure(following(master, { scope, virgin: now.kind === 'virgin' }))));
  const watched = await cluster.each((host) => host.ensure(...sentinelRunning(host, { scope, master })));
  return [...started, ...followed, ...watched].flat();
}
