import type { FailureEvent } from '@keybuzz/sdk';
import { colors } from './colors.ts';
import { plainText } from './error.ts';
import { withNext } from './next.ts';
import { typed } from './typed.ts';

/** A failure as an operator needs it: where, what was wanted and seen, the command, the end of its output, the next move. */
export function failureText(failure: FailureEvent, log?: string): string {
  const where = [failure.module, failure.verb, failure.host].filter((part) => part !== '').join(' › ');
  const { seen, next } = withNext(failure);
  if (where === '') return plainText({ seen, next });
  const { command, output = '', operation } = failure;
  // What the message says already is not said again.
  const said = output.split('\n').filter((line) => line !== '' && !line.startsWith('next: ') && !seen.includes(line));
  return [
    colors.red(`${where}  (${failure.kind})`),
    ...(operation === undefined || seen.startsWith(operation) ? [] : [`  wanted  ${operation}`]),
    ...shortened(seen).map((line, i) => (i === 0 ? `  seen    ${line}` : `          ${line}`)),
    ...(command === undefined || seen.includes(command) ? [] : [`  $ ${shortened(command, 1).join(' ')}`]),
    ...said.map((line) => `  | ${line}`),
    ...(next === undefined ? [] : [`  next    ${typed(next)}`]),
    ...(log === undefined ? [] : [`  log     ${log}`]),
    '',
  ].join('\n');
}

/** The first lines of a text that may be a long script, and its last; the log has it whole. */
function shortened(text: string, lines = 5): string[] {
  const all = text.split('\n').map((line) => (line.length > 400 ? `${line.slice(0, 400)} …` : line));
  if (all.length <= lines) return all;
  return lines === 1 ? [`${all[0] ?? ''} …`] : [...all.slice(0, lines - 2), '…', all.at(-1) ?? ''];
}
