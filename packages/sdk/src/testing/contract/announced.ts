import type { ReportEvent } from '../../report/index.ts';
import { allUnits } from '../machine/unit-file.ts';
import { rolledOut, watch, type Subject } from './subject.ts';

/**
 * What the plan of the machines and their first rollout do not say alike: operations of a host that only one of them
 * has. With one exception: Debian starts a service while its package is installed, which no plan can foresee. Of a
 * unit that was not on the host before, "runs" and "is fresh" are one thing, and it is done when the unit runs.
 */
export async function unlikePlan(on: Subject): Promise<readonly string[]> {
  on.stack.cluster.restore(on.start);
  const events = await rolledOut(on.stack, { modules: [on.module.name], mode: 'plan' });
  watch(on, events);
  const brought = unitsBrought(on);
  const [planned, done] = [operationsIn(events, brought), operationsIn(on.events, brought)];
  return [
    ...[...done].filter(([key]) => !planned.has(key)).map(([, line]) => `done and not planned: ${line}`),
    ...[...planned].filter(([key]) => !done.has(key) && !brought.has(key)).map(([, line]) => `planned and not done: ${line}`),
  ];
}

/** `host unit` of every unit that came with the module and runs now. */
function unitsBrought({ stack, start, endStates }: Subject): ReadonlySet<string> {
  stack.cluster.restore(start);
  return new Set(
    stack.cluster.hosts.flatMap(({ host, machine }) => {
      const before = new Set(allUnits(machine).map(({ id }) => id));
      const running = Object.entries(endStates[host]?.units ?? {}).filter(([, state]) => state.startsWith('active'));
      return running.flatMap(([id]) => (before.has(id) ? [] : [`${host} ${id.replace(/\.service$/, '')}`]));
    }),
  );
}

function operationsIn(events: readonly ReportEvent[], brought: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map(
    events.flatMap((event): [string, string][] => {
      if (event.type !== 'change') return [];
      const unit = /^(\S+) is (?:enabled and running|running, not enabled|fresher than .*)$/.exec(event.operation)?.[1];
      const key = brought.has(`${event.host} ${unit}`) ? `${event.host} ${unit}` : `${event.host} ${event.operation}`;
      return [[key, `${event.host}: ${event.summary} (${event.operation})`]];
    }),
  );
}
