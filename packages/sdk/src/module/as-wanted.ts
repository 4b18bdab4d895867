import type { FailureKind } from '../command/index.ts';
import { nothingKnown } from '../converge/index.ts';
import type { ReportEvent } from '../report/index.ts';
import { perform, performOnHosts, type OpenStack } from './open-stack.ts';
import type { ResolvedUse } from './resolve.ts';
import { independent } from './rollout.ts';

/** Kinds after which a host is left alone for the rest of a run: asking again would only wait again. */
const gone: readonly FailureKind[] = ['unreachable', 'refused', 'hostKeyChanged'];

/**
 * Whether every host is as the modules want it. Nothing happens, so nobody waits for anybody: all modules ask their hosts
 * at the same moment and nothing twice, and a fleet with nothing to do costs about one round trip. Told is what was seen when it is so;
 * otherwise only the hosts that cannot be reached, and what differs is for a plan or a rollout to say, in order.
 */
export async function asWanted(stack: OpenStack, only: (module: string) => boolean = () => true): Promise<boolean> {
  const events: ReportEvent[] = [];
  const look: OpenStack = { ...stack, mode: 'plan', failed: new Map(stack.failed), touched: new Map([...stack.touched.keys()].map((host) => [host, []])), known: new Map([...stack.touched.keys()].map((host) => [host, nothingKnown()])), report: (event) => void events.push(event) };
  const uses = stack.uses.filter(({ module, hosts }) => only(module.name) && hosts.length > 0);
  const went = await Promise.all(uses.map((used) => looked(look, used)));
  if (went.every(Boolean) && !events.some(({ type }) => type === 'change' || type === 'failure')) {
    for (const event of events) stack.report(event);
    return true;
  }
  for (const event of events) if (event.type === 'failure' && gone.includes(event.kind)) leaveAlone(stack, { event, failed: look.failed });
  return false;
}

async function looked(stack: OpenStack, used: ResolvedUse): Promise<boolean> {
  const { module } = used;
  const acts = independent(used) ? [performOnHosts(stack, module, ['install', 'configure'])] : [perform(stack, module, 'install'), perform(stack, module, 'configure')];
  return (await Promise.allSettled(acts)).every(({ status }) => status === 'fulfilled');
}

/** The host is told once, whatever number of modules missed it. */
function leaveAlone(stack: OpenStack, { event, failed }: { event: ReportEvent & { host: string }; failed: OpenStack['failed'] }): void {
  const failure = failed.get(event.host);
  if (failure === undefined || stack.failed.has(event.host)) return;
  stack.failed.set(event.host, failure);
  stack.report(event);
}
