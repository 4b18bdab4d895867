export { all, Command, inputBytes, sh, type Arg, type Input } from './command.ts';
export { asFailure, Failure, type FailureContext, type FailureKind } from './failure.ts';
export { quote } from './quote.ts';
export { lastWords, printable, type Result } from './result.ts';
export { ending, framed, started, succeeded, unframed, unfinished } from './script.ts';
export type { BatchOptions, Session, UploadTarget } from './session.ts';
