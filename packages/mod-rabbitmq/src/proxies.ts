import { haproxy } from '@keybuzz/mod-haproxy';
import type { OpenHost } from '@keybuzz/sdk';
import { fragment } from './fragment.ts';
import type { RabbitmqScope, Wanted } from './members.ts';
import { timersOf } from './timers.ts';

/** The proxy leads to the nodes that serve. */
export async function configureProxy(proxy: OpenHost, { scope, wanted }: { scope: RabbitmqScope; wanted: Wanted }): Promise<void> {
  await proxy.ensure(...scope.provided(haproxy).fragment('rabbitmq', fragment({ proxy, members: wanted.members, timers: timersOf(scope.config.rto) })));
}
