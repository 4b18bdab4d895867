import { didYouMean, Failure, met, notYet, type OpenHost } from '@keybuzz/sdk';
import { asked, tell } from './cli.ts';
import { answerOf, leader } from './find-situation.ts';
import { handOver } from './hand-over.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { usualPriority } from './redis-conf.ts';
import { untilWhole } from './waits.ts';

/** Another host leads and all others follow it; its name. Only a whole set is asked to. */
export async function switchover(scope: RedisScope, to: string | undefined): Promise<string> {
  const names = wantedOf(scope).members.map(({ name }) => name);
  if (to !== undefined && !names.includes(to)) throw new Failure('badConfig', `--to ${to}: no host of the set${didYouMean(to, names)}; wanted one of ${names.join(', ')}`, { next: 'keybuzz switchover redis --to HOST' });
  await untilWhole(scope);
  const before = await leading(scope);
  if (before.name === to) return to;
  if (to === undefined) await before.run(handOver(before, scope));
  else await preferring(scope.cluster.host(to), { scope, seenBy: before }, () => before.run(handOver(before, scope)));
  await untilWhole(scope);
  const now = await leading(scope);
  if (to !== undefined && now.name !== to) throw new Failure('failed', `${now.name} leads, and not ${to}: the Sentinels found it better`, { next: 'keybuzz health --only redis' });
  return now.name;
}

async function leading(scope: RedisScope): Promise<OpenHost> {
  const name = await leader(scope);
  if (name === undefined) throw new Failure('failed', 'no server leads', { next: 'keybuzz health --only redis' });
  return scope.cluster.host(name);
}

/** The work was done while the Sentinel of a host prefers this one; afterwards nobody is preferred, also when it failed. */
async function preferring(host: OpenHost, { scope, seenBy }: { scope: RedisScope; seenBy: OpenHost }, work: () => Promise<unknown>): Promise<void> {
  const prefer = (priority: number) => host.run(tell(asked(scope, 'server'), [`CONFIG SET replica-priority ${priority}`]));
  await prefer(1);
  try {
    // It asks replicas for their priority every ten seconds.
    await seenBy.waitFor(`its Sentinel prefers ${host.name}`, async () => {
      const { sentinel } = await answerOf(seenBy, scope);
      const priority = sentinel?.replicas.find(({ ip }) => ip === host.address)?.['slave-priority'];
      return priority === '1' ? met(true) : notYet(`priority ${priority ?? 'unknown'}`);
    }, { within: 30_000, every: 500 });
    await work();
  } finally {
    await prefer(usualPriority);
  }
}
