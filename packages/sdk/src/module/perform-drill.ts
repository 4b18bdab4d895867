import { asFailure, Failure } from '../command/index.ts';
import { lastingOf, runDrill, type Drill, type DrillResult, type DrillTimes, type FaultSource } from '../drill/index.ts';
import type { DrillEvent } from '../report/index.ts';
import { Failures } from './cluster.ts';
import { scopeOf, tell, type OpenStack } from './open-stack.ts';
import type { ResolvedUse } from './resolve.ts';
import type { DrillScope } from './scope.ts';

/** Milliseconds after which a fault ends that the controller has not healed in its time. */
const grace = 120_000;

/** A drill of a module as this stack configures it. */
export type ModuleDrill = Drill<DrillScope<never, never>>;

/** The module's drills, in its order; none when it has none. Throws Failure `badConfig` when two have one name. */
export function drillsOf({ module, config }: Pick<ResolvedUse, 'module' | 'config'>): readonly ModuleDrill[] {
  const { drills = [] } = module.definition;
  const all: readonly ModuleDrill[] = typeof drills === 'function' ? drills(config) : drills;
  const twice = all.find(({ name }, at) => all.findIndex((other) => other.name === name) !== at);
  if (twice !== undefined) throw new Failure('badConfig', `${module.name} has two drills named ${twice.name}`, { next: `rename one in the drills of ${module.name}` });
  return all;
}

/** What there is to know of a drill that ended; `result` is undefined when it failed before it had measured. */
export interface DrillOutcome {
  readonly event: DrillEvent;
  readonly result: DrillResult | undefined;
  /** False when the service was not well before the fault, which was not made then. */
  readonly begun: boolean;
}

/** How a drill is run: its fault, where faults come from, and how long things may take. */
export interface DrillRun extends Omit<DrillTimes, 'note'> {
  readonly drill: ModuleDrill;
  readonly faults: FaultSource;
}

/**
 * The drill was run on the open stack, its faults are healed, and its end was reported. One that fails is broken, its
 * error reported. Throws only Failure `interrupted`, healed as well.
 */
export async function performDrill(stack: OpenStack, { module }: Pick<ResolvedUse, 'module'>, run: DrillRun): Promise<DrillOutcome> {
  const { drill, faults: source, ...times } = run;
  const place = { module: module.name, verb: `drill ${drill.name}` };
  const ended = (about: Pick<DrillEvent, 'verdict' | 'broken'> & Partial<DrillResult>): DrillEvent => {
    const { trace: _, ...told } = about;
    const event: DrillEvent = { type: 'drill', module: module.name, name: drill.name, title: drill.title, promise: drill.promise, ...told };
    stack.report(event);
    return event;
  };
  const note = (message: string): void => stack.report({ type: 'note', message: `${drill.name}: ${stack.redact(message)}` });
  let begun = false;
  const inject = (scope: DrillScope<never, never>): Promise<void> => {
    begun = true;
    return drill.inject(scope);
  };
  note('waiting until everything is redundant');
  try {
    const scope: DrillScope<never, never> = { ...(await scopeOf(stack, module, 'drill')), faults: source(lastingOf(drill) + grace) };
    const result = await runDrill({ ...drill, inject, heal: () => healed(drill, scope) }, scope, { clock: stack.clock, ...times, note });
    return { event: ended(result), result, begun };
  } catch (error) {
    const failures = (error instanceof Failures ? error.failures : [asFailure(error)]).map((failure) => failure.within(place));
    const interrupted = failures.find(({ kind }) => kind === 'interrupted');
    if (interrupted !== undefined) throw interrupted;
    for (const failure of failures) tell(stack, failure);
    return { event: ended({ verdict: 'broken', broken: failures.map(({ message }) => stack.redact(message)) }), result: undefined, begun };
  }
}

/** Its own work is undone, and its faults are healed even when that failed. */
async function healed(drill: ModuleDrill, scope: DrillScope<never, never>): Promise<void> {
  try {
    await drill.heal?.(scope);
  } finally {
    await scope.faults.heal();
  }
}
