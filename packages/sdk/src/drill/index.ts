export { broken, downtime, effectOf, type DrillPromise, type Effect, type Moments, type WrittenRecord } from './analysis.ts';
export { drill, type Drill } from './drill.ts';
export { runDrill, type DrillResult, type DrillTimes } from './run-drill.ts';
export { startWriter, type Workload, type WorkloadClient, type Writer } from './workload.ts';
