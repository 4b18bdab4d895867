import type { OpenHost } from '@keybuzz/sdk';
import { leader } from './find-situation.ts';
import type { RedisScope } from './members.ts';
import { switchover } from './switchover.ts';
import { untilWhole } from './waits.ts';

/** The host does not lead, and the set is whole: it can bear that the host goes. */
export async function spare(scope: RedisScope, { name }: OpenHost): Promise<void> {
  if ((await leader(scope)) === name) await switchover(scope, undefined);
  await untilWhole(scope);
}
