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

/** What is waited for after a change. */
interface Settling {
  /** The modules that are asked; all when not said. */
  readonly only?: (module: string) => boolean;
  /** The probes that count; those that are not ok when not said. */
  readonly matters?: (probe: ProbeEvent) => boolean;
  /** Milliseconds; a minute when not said: what was changed a moment ago may need that long. */
  readonly within?: number;
  /** What the operator is told meanwhile. */
  readonly says?: string;
}

/** Nothing of what counts is unwell, and stays so; told is what was in the end. */
export async function settled(stack: OpenStack, { only, matters = ({ status }) => status !== 'ok', within = recovery, says = 'waiting until what was changed is well, and stays so' }: Settling = {}): Promise<readonly ProbeEvent[]> {
  const clock = stack.clock ?? machineClock;
  const quiet = (): OpenStack => ({ ...stack, mode: 'plan', failed: new Map(stack.failed), report: () => {} });
  let unwell: readonly ProbeEvent[] | undefined;
  let since = clock.now();
  const well = async (): Promise<Answer<true>> => {
    const first = unwell === undefined;
    unwell = (await healthOf(quiet(), only)).filter(matters);
    if (first) stack.report({ type: 'note', message: says });
    if (unwell.length > 0) {
      since = clock.now();
      return notYet(`${unwell.length} probes`);
    }
    return clock.now() - since >= steady ? met(true) : notYet('well, for some seconds only');
  };
  // That time ran out is no failure: the answer says what is not well.
  await waitFor('healthy', well, { within, every: 2000, clock }).catch(() => undefined);
  return unwell ?? [];
}

const unanswered: Probe = { title: 'its health can be asked', host: undefined, status: 'down', seen: 'an error, told below', wanted: 'an answer' };
