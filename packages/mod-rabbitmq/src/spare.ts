import { operation, type OpenHost } from '@keybuzz/sdk';
import { takenOut } from './api.ts';
import { wantedOf, type RabbitmqScope } from './members.ts';
import { criticalFor } from './node-facts.ts';
import { drained, refuseCritical } from './restart.ts';
import { untilWhole } from './waits.ts';

/** No queue needs the node, and leaders and clients have gone elsewhere; a start takes it back. Throws Failure `unsafe` when a queue does. */
export async function spare(scope: RabbitmqScope, host: OpenHost): Promise<void> {
  const api = { host, password: scope.credentials.admin };
  await untilWhole(scope, wantedOf(scope));
  await host.ensure(operation({
    title: `${host.name} can be spared`,
    look: { out: takenOut(api), critical: criticalFor(api) },
    change: ({ out, critical }) => {
      if (out) return [];
      refuseCritical(host, { needing: critical, what: 'a reboot of its machine' });
      return [...drained(host, critical)];
    },
  }));
}
