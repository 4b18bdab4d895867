import type { FailureEvent } from '@keybuzz/sdk';
import { colors } from './colors.ts';
import { plainText } from './error.ts';
import { typed } from './typed.ts';

/** A failure as an operator needs it: where, what was wanted and seen, the command, the end of its output, the next move. */
export function failureText(failure: FailureEvent, log?: string): string {
  const where = [failure.module, failure.verb, failure.host].filter((part) => part !== '').join(' › ');
  if (where === '') return plainText({ seen: failure.message, next: failure.next });
  const said = failure.output === undefined || failure.output === '' ? [] : failure.output.split('\n').map((line) => `  | ${line}`);
  return [
    colors.red(`${where}  (${failure.kind})`),
    ...(failure.operation === undefined || failure.message.startsWith(failure.operation) ? [] : [`  wanted  ${failure.operation}`]),
    ...failure.message.split('\n').map((line, i) => (i === 0 ? `  seen    ${line}` : `          ${line}`)),
    ...(failure.command === undefined ? [] : [`  $ ${short(failure.command)}`]),
    ...said,
    ...(failure.next === undefined ? [] : [`  next    ${typed(failure.next)}`]),
    ...(log === undefined ? [] : [`  log     ${log}`]),
    '',
  ].join('\n');
}

/** One line of a command that may be a long script. */
function short(command: string): string {
  const [line = '', ...more] = command.split('\n');
  return line.length > 200 || more.length > 0 ? `${line.slice(0, 200)} …` : line;
}
