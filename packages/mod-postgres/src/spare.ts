import type { OpenHost } from '@keybuzz/sdk';
import { wantedOf, type PostgresScope } from './members.ts';
import { switchover } from './switchover.ts';
import { leading, untilFit } from './waits.ts';

/** The member that leads. */
export async function leader(scope: PostgresScope): Promise<string | undefined> {
  return (await leading(scope, wantedOf(scope)))?.name;
}

/** The host does not lead, and the cluster is whole: it can bear that the host goes. */
export async function spare(scope: PostgresScope, { name }: OpenHost): Promise<void> {
  if ((await leader(scope)) === name) await switchover(scope, undefined);
  await untilFit(scope, wantedOf(scope));
}
