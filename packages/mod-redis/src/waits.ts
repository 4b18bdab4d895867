import { asFailure, met, notYet, waitFor, type Answer as Reply, type Host } from '@keybuzz/sdk';
import { answersOf, lackingOf } from './find-situation.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { situationOf, type Answer, type Situation } from './situation.ts';
import { loading } from './supervised.ts';

/** Milliseconds that the set may take, when no server is busy with what it has to read or to copy. */
const patience = 120_000;
const often = { within: patience, every: 1000 };

/** Somebody leads: servers that were just started read what they have, and Sentinels vote. */
export function untilLed(scope: RedisScope): Promise<Extract<Situation, { kind: 'live' | 'virgin' }>> {
  return awaited(scope, 'a master', (answers) => {
    const found = situationOf(answers, wantedOf(scope).members);
    return found.kind === 'unsettled' ? notYet(found.why) : met(found);
  });
}

/** The set is whole. */
export async function untilWhole(scope: RedisScope): Promise<void> {
  await awaited(scope, 'a whole set', (answers) => {
    const lacking = lackingOf(answers, scope);
    return lacking === undefined ? met(true) : notYet(lacking);
  });
}

/** The server of the host leads or has what its master has, and its Sentinel watches. */
export async function untilBack({ name }: Host, scope: RedisScope): Promise<void> {
  await awaited(scope, `${name} takes part`, (answers) => {
    const { server, sentinel } = answers.find(({ host }) => host === name) ?? {};
    if (server === undefined || !server.linkUp) return notYet(server === undefined ? 'the server does not answer' : 'the server has no link to its master');
    return sentinel === undefined ? notYet('its Sentinel does not answer') : met(true);
  });
}

/** What the answers of all hosts come to, within two minutes, or as long as a server is busy. */
async function awaited<T>(scope: RedisScope, what: string, look: (answers: readonly Answer[]) => Reply<T>): Promise<T> {
  let answers: readonly Answer[] = [];
  const probe = async (): Promise<Reply<T>> => look((answers = await answersOf(scope)));
  for (let waited = 0; ; waited += patience) {
    try {
      const [asked] = scope.cluster.hosts;
      return await (asked === undefined ? waitFor(what, probe, often) : asked.waitFor(what, probe, often));
    } catch (error) {
      if (asFailure(error).kind !== 'timedOut' || waited >= loading || !answers.some(({ server }) => server?.busy)) throw error;
    }
  }
}
