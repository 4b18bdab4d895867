import colors from 'picocolors';
import type { FailureEvent } from '@keybuzz/sdk';

/** A failure as an operator needs it: where, what was seen, the command, the end of its output, the next move. */
export function failureText(failure: FailureEvent, log?: string): string {
  const where = [failure.module, failure.verb, failure.host].filter((part) => part !== '').join(' › ');
  const said = failure.output === undefined || failure.output === '' ? [] : failure.output.split('\n').map((line) => `  | ${line}`);
  return [
    colors.red(where === '' ? failure.kind : `${where}  (${failure.kind})`),
    ...(failure.operation === undefined || failure.message.startsWith(failure.operation) ? [] : [`  wanted  ${failure.operation}`]),
    ...failure.message.split('\n').map((line, i) => (i === 0 ? `  seen  ${line}` : `        ${line}`)),
    ...(failure.command === undefined ? [] : [`  $ ${failure.command.split('\n')[0] ?? ''}`]),
    ...said,
    ...(failure.next === undefined ? [] : [`  next  ${failure.next}`]),
    ...(log === undefined ? [] : [`  log   ${log}`]),
    '',
  ].join('\n');
}
