import { asFailure, type FailureKind } from '@keybuzz/sdk';
import { typed } from './typed.ts';

/** What is told of an error that ended a command: what was wanted, what was seen, where, and the next command. */
export function errorText(error: unknown): string {
  return plainText(told(error));
}

/** The parts of an error, a line each; the first bears our name, as those of other programs do. */
export function plainText({ wanted, seen, host, next }: Told): string {
  const [first = '', ...more] = (wanted ?? seen).split('\n');
  return [
    `keybuzz: ${wanted === undefined ? '' : 'wanted '}${first}`,
    ...more.map((line) => `  ${line}`),
    ...(wanted === undefined ? [] : [`  seen  ${seen}`]),
    ...(host === undefined || first.includes(host) ? [] : [`  host  ${host}`]),
    ...(next === undefined ? [] : [`  next  ${typed(next)}`]),
    '',
  ].join('\n');
}

/** The kind of an error: what the exit status depends on. */
export function kindOf(error: unknown): FailureKind {
  return isTold(error) ? 'failed' : asFailure(error).kind;
}

/** What there is to say of an error; without `wanted`, `seen` says both. */
export interface Told {
  readonly wanted?: string;
  readonly seen: string;
  readonly host?: string | undefined;
  readonly next?: string | undefined;
}

function told(error: unknown): Told {
  if (isTold(error)) return error;
  const { message, context, kind } = asFailure(error);
  const known = error instanceof Error && (error.name === 'Failure' || error.name === 'InventoryError' || error.name === 'Failures' || 'code' in error);
  const bug = known || kind !== 'failed' ? undefined : 'that was not foreseen; the same command with KEYBUZZ_DEBUG=1 before it shows where it comes from';
  return { seen: message === '' ? 'an error without a message' : message, host: context.host, next: context.next ?? bug };
}

/** Errors of the twin say it all in fields of their own. */
function isTold(error: unknown): error is Required<Told> & Error {
  return error instanceof Error && error.name === 'TwinError' && 'wanted' in error && 'seen' in error && 'next' in error;
}
