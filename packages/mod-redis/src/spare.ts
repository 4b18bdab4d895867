import type { OpenHost } from '@keybuzz/sdk';
import { findSituation } from './find-situation.ts';
import type { RedisScope } from './members.ts';
import { switchover } from './switchover.ts';
import { untilWhole } from './waits.ts';

/** The host that leads, if the set lives. */
export async function leader(scope: RedisScope): Promise<string | undefined> {
  const found = await findSituation(scope);
  return found.kind === 'live' ? found.master.name : undefined;
}

/** The host does not lead, and the set is whole: it can bear that the host goes. */
export async function spare(scope: RedisScope, { name }: OpenHost): Promise<void> {
  if ((await leader(scope)) === name) await switchover(scope, undefined);
  await untilWhole(scope);
}
