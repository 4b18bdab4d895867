export { downtime, effectOf, gaps, type Effect, type Gap, type Moments, type WrittenRecord } from './analysis.ts';
export { drill, type Drill } from './drill.ts';
export type { Cut, Faults, FaultSource } from './faults.ts';
export type { Invariant } from './invariant.ts';
export { broken, type DrillPromise } from './promise.ts';
export { lastingOf, runDrill, type DrillResult, type DrillTimes } from './run-drill.ts';
export type { Trace } from './trace.ts';
export { startWriter, type Workload, type WorkloadClient, type Writer } from './workload.ts';
