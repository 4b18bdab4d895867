export { change, type Change, type Difference } from './change.ts';
export { converge, type Applied, type ConvergeOptions } from './converge.ts';
export { fact, madeOf, nothing, nothingKnown, read, reader, type Fact, type Known, type Reader, type Seen } from './fact.ts';
export { once, operation, predicted, together, when, type Guard, type Operation, type Turn, type Wanted } from './operation.ts';
