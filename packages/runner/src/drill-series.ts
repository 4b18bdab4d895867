import { Failure, performDrill, type DrillOutcome, type DrillRun, type ModuleDrill, type OpenStack, type ResolvedUse } from '@keybuzz/sdk';

/** The drills that ended, and whether all were run to their end. */
export interface Series {
  readonly outcomes: readonly DrillOutcome[];
  /** Those that were not begun, because the service did not get well or the series was interrupted. */
  readonly left: readonly ModuleDrill[];
  readonly interrupted: Failure | undefined;
}

/**
 * The drills were run one after the other, each from full redundancy. One that breaks or fails does not stop the
 * others; a service that does not get well before one does.
 */
export async function drillSeries(stack: OpenStack, used: ResolvedUse, run: Omit<DrillRun, 'drill'> & { drills: readonly ModuleDrill[] }): Promise<Series> {
  const { drills, ...each } = run;
  const outcomes: DrillOutcome[] = [];
  for (const [i, drill] of drills.entries()) {
    try {
      const outcome = await performDrill(stack, used, { ...each, drill });
      outcomes.push(outcome);
      if (!outcome.begun) return { outcomes, left: drills.slice(i + 1), interrupted: undefined };
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'interrupted') throw error;
      return { outcomes, left: drills.slice(i), interrupted: error };
    }
  }
  return { outcomes, left: [], interrupted: undefined };
}
