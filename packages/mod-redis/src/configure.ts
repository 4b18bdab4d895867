import { inTurn, met, notYet, parallel, rolling, type Act, type Applied, type Host, type OpenHost } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';
import { answerOf, findSituation, untilLed, untilReplaced, untilWhole } from './find-situation.ts';
import { following } from './following.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { configureProxies } from './proxies.ts';
import { sentinelRunning } from './sentinel.ts';
import { serverRunning } from './server.ts';
import { nobodyStale } from './stale.ts';

/** One leads, the others follow it, three Sentinels watch it, and the proxies lead to it. */
export const configure: Act<RedisConfig, CredentialName> = async (scope) => {
  const outcomes = await Promise.allSettled([configureMembers(scope), configureProxies(scope, wantedOf(scope))]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason as Error;
};

async function configureMembers(scope: RedisScope): Promise<void> {
  const { mode } = scope;
  const seen = await findSituation(scope);
  const found = mode === 'apply' ? await untilReplaced(scope, seen) : seen;
  const applied = await inTurn(mode, [() => (found.kind === 'live' ? settled(scope, found.master) : begun(scope)), () => forgetful(scope)]);
  if (mode === 'apply' && applied.flat().length > 0) await untilWhole(scope);
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

/** The hosts of a living set are as wanted: one after the other, the master last, each only once the one before is back; in a plan nothing happens, so all at once. */
async function settled(scope: RedisScope, master: Host): Promise<readonly Applied[]> {
  const { cluster, mode } = scope;
  const applied = await cluster.each(async (host) => {
    const server = await serverRunning(host, scope);
    const acts = [server, host.name === master.name ? [] : [following(master, { scope, virgin: false })], sentinelRunning(host, { scope, master })];
    const all = (await inTurn(mode, acts.map((operations) => () => host.ensure(...operations)))).flat();
    if (mode === 'apply' && all.length > 0) await untilBack(host, scope);
    return all;
  }, mode === 'plan' ? parallel : rolling({ last: master.name }));
  return applied.flat();
}

/** A set that never was, or that does not run, is there. */
async function begun(scope: RedisScope): Promise<readonly Applied[]> {
  const { cluster, mode } = scope;
  // Starting decides nothing: a server remembers whom it follows, and one that never did follows nobody.
  const started = await cluster.each(async (host) => host.ensure(...(await serverRunning(host, scope))));
  const now = mode === 'apply' ? await untilLed(scope) : await findSituation(scope);
  // The host that the inventory calls master makes the set: a seed, and nothing afterwards.
  const master = now.kind === 'live' ? now.master : wantedOf(scope).seed;
  const followed = await cluster.each(async (host) => (host.name === master.name ? [] : host.ensure(following(master, { scope, virgin: now.kind === 'virgin' }))));
  const watched = await cluster.each((host) => host.ensure(...sentinelRunning(host, { scope, master })));
  return [...started, ...followed, ...watched].flat();
}

/** The server of the host leads or has what its master has, and its Sentinel watches. */
async function untilBack(host: OpenHost, scope: RedisScope): Promise<void> {
  await host.waitFor('this host takes part', async () => {
    const { server, sentinel } = await answerOf(host, scope);
    if (server === undefined || !server.linkUp) return notYet(server === undefined ? 'the server does not answer' : 'the server has no link to its master');
    return sentinel === undefined ? notYet('its Sentinel does not answer') : met(true);
  }, { within: 120_000, every: 500 });
}
