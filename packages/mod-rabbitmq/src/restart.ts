import { change, Failure, fresh, packageState, predicted, sh, type Change, type Host, type Operation } from '@keybuzz/sdk';
import { takenOut, type Api } from './api.ts';
import { overviewSeen, type Critical } from './node-facts.ts';
import { nodeFiles, service } from './places.ts';
import { nodePackage, upstreamOf } from './version.ts';

/** No queue needs the node for its majority. Throws Failure `unsafe` when one does. */
export function refuseCritical(host: Host, { needing = [], what }: { needing: readonly string[] | undefined; what: string }): void {
  if (needing.length === 0) return;
  throw new Failure('unsafe', `${host.name} must be restarted for ${what}, but without it ${needing.length} queues would lose their majority: ${needing.slice(0, 3).join(', ')}`, { host: host.name, next: 'keybuzz health --only rabbitmq, and bring the other nodes back first' });
}

/** The node's leaders go elsewhere before it is stopped; one that does not serve has none. */
export function drained(host: Host, needing: readonly string[] | undefined): readonly Change[] {
  return needing === undefined ? [] : [change(sh`rabbitmq-upgrade --quiet drain --timeout 60`, { summary: `drain ${host.name}: its queues' leaders go elsewhere`, touches: ['rabbitmq:drained'], within: 120_000 })];
}

/**
 * The node works with its configuration, and in the version that is installed. Before it is restarted no queue may need
 * it for its majority, and it hands its queues' leaders over. Throws Failure `unsafe` when a queue does.
 */
export function freshNode(api: Api, critical: Critical): Operation {
  const { host } = api;
  const restart = fresh(service, { files: nodeFiles, within: 900_000 });
  const [overview, installed] = [overviewSeen(api), packageState(nodePackage)];
  return {
    title: restart.title,
    facts: [...restart.facts, critical, overview, installed],
    changes: (seen, turn) => {
      const stale = restart.changes(seen, turn);
      const [running, there] = [seen(overview)?.version, seen(installed).version];
      const other = running !== undefined && there !== undefined && upstreamOf(running) !== upstreamOf(there) && !startedAnew(turn);
      const wanted = stale.length === 0 && other ? [restarted(`it runs ${running}, and ${there} is installed`)] : stale;
      if (wanted.length === 0) return wanted;
      refuseCritical(host, { needing: seen(critical), what: stale.length === 0 ? 'its new version' : 'its configuration' });
      return [...drained(host, seen(critical)), ...wanted];
    },
  };
}

function restarted(why: string): Change {
  return change(sh`systemctl restart ${service}`, { summary: `restart ${service}: ${why}`, touches: [`unit:${service}.service`], within: 900_000 });
}

const startedAnew = (turn: Parameters<Operation['changes']>[1]): boolean => predicted(turn).includes(`unit:${service}.service`);

/** The node serves: one that was drained by hand, or by a run that was cut, is taken back. */
export function revived(api: Api): Operation {
  const out = takenOut(api);
  return {
    title: `${service} is not drained`,
    facts: [overviewSeen(api), out],
    changes: (seen, turn) => (seen(out) && !startedAnew(turn) ? [change(sh`rabbitmq-upgrade --quiet revive`, { summary: `revive ${api.host.name}: it was drained`, touches: ['rabbitmq:revived'], within: 120_000 })] : []),
  };
}
