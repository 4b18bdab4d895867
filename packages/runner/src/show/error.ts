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
  if (isTold(error)) return 'failed';
  return fileTrouble(error) === undefined ? asFailure(error).kind : 'badConfig';
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
  const trouble = fileTrouble(error);
  if (trouble !== undefined) return { seen: trouble };
  const { message, context, kind } = asFailure(error);
  const known = error instanceof Error && (error.name === 'Failure' || error.name === 'InventoryError' || error.name === 'Failures' || 'code' in error);
  const bug = known || kind !== 'failed' ? undefined : 'that was not foreseen; the same command with KEYBUZZ_DEBUG=1 before it shows where it comes from';
  return { seen: message === '' ? 'an error without a message' : message, host: context.host, next: context.next ?? bug };
}

const troubles: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of that path is no folder',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on this machine',
};

/** A file named by the operator, or this machine's disk, is what is wrong. */
function fileTrouble(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const said = troubles[String(error.code)];
  return said === undefined ? undefined : `${String(error.path)}: ${said}`;
}

/** Errors of the twin say it all in fields of their own. */
function isTold(error: unknown): error is Required<Told> & Error {
  return error instanceof Error && error.name === 'TwinError' && 'wanted' in error && 'seen' in error && 'next' in error;
}
