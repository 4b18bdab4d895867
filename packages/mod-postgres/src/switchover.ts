import { didYouMean, Failure, met, notYet } from '@keybuzz/sdk';
import { switchoverTo } from './cluster-settings.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { leading, untilWhole } from './waits.ts';

/** Another member leads and every other streams from it; its name. Only a whole cluster is asked to. */
export async function switchover(scope: PostgresScope, to: string | undefined): Promise<string> {
  const wanted = wantedOf(scope);
  const names = wanted.members.map(({ name }) => name);
  if (to !== undefined && !names.includes(to)) throw new Failure('badConfig', `--to ${to}: no member of the cluster${didYouMean(to, names)}; wanted one of ${names.join(', ')}`, { next: 'keybuzz switchover postgres --to HOST' });
  await untilWhole(scope, wanted);
  const leader = await leading(scope, wanted);
  if (leader === undefined) throw new Failure('failed', 'no member leads', { next: 'keybuzz health --only postgres' });
  if (leader.name === to) return to;
  await leader.run(switchoverTo({ host: leader, layout: wanted.layout, password: scope.credentials['patroni-api'] }, { leader: leader.name, ...(to === undefined ? {} : { candidate: to }) }));
  const next = await leader.waitFor('another leader', async () => {
    const now = await leading(scope, wanted);
    return now === undefined || now.name === leader.name ? notYet(now === undefined ? 'nobody leads' : `${now.name} leads`) : met(now.name);
  }, { within: 60_000, every: 500 });
  await untilWhole(scope, wanted);
  return next;
}
