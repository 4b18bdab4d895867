export type { ChangeEvent, FailureEvent, NoteEvent, Place, Probe, ProbeEvent, Proof, ProofEvent, Report, ReportEvent, StepEvent } from './event.ts';
export { createRedactor } from './redact.ts';
