import type { Probe, ProbeEvent } from '../report/index.ts';
import { machineClock, met, notYet, waitFor, type Answer } from '../wait/index.ts';
import { perform, type OpenStack } from './open-stack.ts';

/** Milliseconds that a service may take to be whole again after its last change: followers catch up, and proxies check every few seconds. */
const recovery = 60_000;

/** What every probe of the chosen modules says now; a module whose health threw, which was reported, is not well either. */
export async function healthOf(stack: OpenStack, only: (module: string) => boolean = () => true): Promise<readonly ProbeEvent[]> {
  const uses = stack.uses.filter(({ module, hosts }) => only(module.name) && hosts.length > 0);
  const answers = await Promise.all(uses.map(async ({ module }) => (await perform(stack, module, 'health').catch(() => [unanswered])).map((probe): ProbeEvent => ({ type: 'probe', module: module.name, ...probe }))));
  return answers.flat();
}

/** Milliseconds for which all must stay well: RabbitMQ's figures are up to five seconds old, and a proxy gives a server up only after some checks. */
const steady = 6000;

/** Every probe of the chosen modules is ok and stays so; told are those that were not within a minute. What was changed a moment ago may need that long. */
export async function settled(stack: OpenStack, only: (module: string) => boolean = () => true): Promise<readonly ProbeEvent[]> {
  const clock = stack.clock ?? machineClock;
  const quiet = (): OpenStack => ({ ...stack, mode: 'plan', failed: new Map(stack.failed), report: () => {} });
  let unwell: readonly ProbeEvent[] | undefined;
  let since = clock.now();
  const well = async (): Promise<Answer<true>> => {
    const first = unwell === undefined;
    unwell = (await healthOf(quiet(), only)).filter(({ status }) => status !== 'ok');
    if (first) stack.report({ type: 'note', message: 'waiting until what was changed is well, and stays so' });
    if (unwell.length > 0) {
      since = clock.now();
      return notYet(`${unwell.length} probes`);
    }
    return clock.now() - since >= steady ? met(true) : notYet('well, for some seconds only');
  };
  // That time ran out is no failure: the answer says what is not well.
  await waitFor('healthy', well, { within: recovery, every: 2000, clock }).catch(() => undefined);
  return unwell ?? [];
}

const unanswered: Probe = { title: 'its health can be asked', host: undefined, status: 'down', seen: 'an error, told below', wanted: 'an answer' };
