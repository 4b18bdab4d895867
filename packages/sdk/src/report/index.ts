export type { ChangeEvent, DrillEvent, FailureEvent, NoteEvent, Place, Probe, ProbeEvent, Proof, ProofEvent, Report, ReportEvent, StepEvent } from './event.ts';
export { createRedactor } from './redact.ts';
export { holds, proof, type Outcome } from './proof.ts';
