import { asFailure, Failure, met, notYet, pathState, type OpenHost } from '@keybuzz/sdk';
import { quorumOf, wantedOf, type RedisScope } from './members.ts';
import { sentinelSaid, serverSaid } from './said.ts';
import { situationOf, type Answer, type Situation } from './situation.ts';
import { present } from './stale.ts';
import { timersOf } from './timers.ts';
import type { Entry } from './watching.ts';

/** What a host says, in one round trip. */
export async function answerOf(host: OpenHost, scope: RedisScope): Promise<Answer> {
  const { layout } = wantedOf(scope);
  const [server, sentinel] = [serverSaid(scope), sentinelSaid(scope)];
  const [watched, served] = [pathState(layout.sentinel.memory), pathState(layout.server.memory)];
  const seen = await host.read([server, sentinel, watched, served]);
  const there = (path: typeof watched): boolean => seen(path).kind !== 'missing';
  return { host: host.name, server: seen(server).replication, sentinel: seen(sentinel).watching, remembers: there(watched), served: there(served) };
}

/** What all hosts that are worked on say. */
export function answersOf(scope: RedisScope): Promise<readonly Answer[]> {
  return scope.cluster.each((host) => answerOf(host, scope));
}

/** Who leads now, as all hosts that are worked on say. */
export async function findSituation(scope: RedisScope): Promise<Situation> {
  return situationOf(await answersOf(scope), wantedOf(scope).members);
}

/** The host that leads, if the set lives. */
export async function leader(scope: RedisScope): Promise<string | undefined> {
  const found = await findSituation(scope);
  return found.kind === 'live' ? found.master.name : undefined;
}

/**
 * Who leads, once the Sentinels have replaced a master that does not answer, if they can: one that is started before
 * may have nothing, and whoever follows it then has nothing either. Throws Failure `failed` when it is a host that was made anew and
 * nobody was chosen in its place.
 */
export async function untilReplaced(scope: RedisScope, found: Situation): Promise<Situation> {
  const [asked] = scope.cluster.hosts;
  if (found.kind !== 'unsettled' || found.silent === undefined || asked === undefined) return found;
  const { downAfter, failoverTimeout } = timersOf(scope.config);
  let last: Situation = found;
  const replacing = asked.waitFor('another master', async () => {
    last = await findSituation(scope);
    return last.kind === 'unsettled' ? notYet(last.why) : met(last);
  }, { within: downAfter + 3 * failoverTimeout + 5000, every: 500 });
  try {
    return await replacing;
  } catch (error) {
    if (asFailure(error).kind !== 'timedOut') throw error;
    if (last.kind === 'unsettled' && last.silent?.anew === true) {
      const { name } = last.silent.master;
      throw new Failure('failed', `${last.why}: it was made anew and has nothing, and the Sentinels choose nobody in its place`, { next: `start the servers of the other hosts by hand (systemctl start), wait until one of them leads, and run it again; ${name} then follows` });
    }
    return last;
  }
}

/** What keeps the set from being whole: one leads, all others follow it, and every Sentinel says so and knows all others. */
export function lackingOf(answers: readonly Answer[], scope: RedisScope): string | undefined {
  const { members } = wantedOf(scope);
  const silent = answers.find(({ server }) => server === undefined);
  if (silent !== undefined) return `${silent.host} does not answer`;
  const masters = answers.filter(({ server }) => server?.role === 'master');
  if (masters.length > 1) return `${masters.map(({ host }) => host).join(' and ')} lead`;
  const deaf = answers.find(({ sentinel }) => sentinel === undefined);
  if (deaf !== undefined) return `the Sentinel of ${deaf.host} does not answer`;
  const named = new Set(answers.map(({ sentinel }) => sentinel?.master['ip']));
  if (named.size > 1) return `the Sentinels disagree: ${[...named].join(', ')}`;
  const [address] = named;
  const loose = answers.find(({ server }) => server?.role === 'replica' && (server.masterAddress !== address || !server.linkUp));
  if (loose !== undefined) return `${loose.host} does not follow ${address ?? 'anybody'}`;
  const [master] = masters;
  if (master?.server !== undefined && master.server.replicas < members.length - 1) return `${master.server.replicas} of ${members.length - 1} replicas follow ${master.host}`;
  const blind = answers.find(({ sentinel }) => sentinel !== undefined && (heard(sentinel.sentinels) < members.length - 1 || heard(sentinel.replicas) < members.length - 1));
  if (blind !== undefined) return `the Sentinel of ${blind.host} does not see all others (quorum ${quorumOf({ members })})`;
  const tilted = answers.find(({ sentinel }) => sentinel?.tilt === true);
  if (tilted !== undefined) return `the Sentinel of ${tilted.host} does not trust its clock and neither acts nor votes`;
  // A Sentinel that has not looked since a server was demoted would, cut off and back, demote it again: even if it had been chosen since.
  const behind = answers.find(({ sentinel }) => sentinel?.replicas.some((entry) => entry['role-reported'] !== 'slave'));
  return behind === undefined ? undefined : `the Sentinel of ${behind.host} has not seen yet that a server became a replica`;
}

/** Those that are not down in the eyes of the Sentinel. */
function heard(entries: readonly Entry[]): number {
  return entries.filter(present).length;
}
