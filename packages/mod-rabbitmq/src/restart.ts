import { change, Failure, fresh, sh, type Operation } from '@keybuzz/sdk';
import type { Api } from './api.ts';
import { criticalFor } from './node-facts.ts';
import { nodeFiles, service } from './places.ts';

/**
 * The node works with its configuration. Before it is restarted no queue may need it for its majority, and it hands
 * its queues' leaders over. Throws Failure `unsafe` when a queue does.
 */
export function freshNode(api: Api): Operation {
  const { host } = api;
  const restart = fresh(service, { files: nodeFiles, within: 900_000 });
  const critical = criticalFor(api);
  return {
    title: restart.title,
    facts: [...restart.facts, critical],
    changes: (seen, turn) => {
      const wanted = restart.changes(seen, turn);
      const needing = seen(critical);
      if (wanted.length === 0 || needing === undefined) return wanted;
      if (needing.length > 0) {
        throw new Failure('unsafe', `${host.name} must be restarted for its configuration, but without it ${needing.length} queues would lose their majority: ${needing.slice(0, 3).join(', ')}`, { host: host.name, next: 'keybuzz health --only rabbitmq, and bring the other nodes back first' });
      }
      return [change(sh`rabbitmq-upgrade --quiet drain --timeout 60`, { summary: `drain ${host.name}: its queues' leaders go elsewhere`, touches: ['rabbitmq:drained'], within: 120_000 }), ...wanted];
    },
  };
}
