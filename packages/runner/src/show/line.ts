import { colors } from './colors.ts';
import type { ReportEvent } from '@keybuzz/sdk';

const marks = { planned: '~', done: '+', failed: '!' } as const;

/** An event as one plain line, or undefined when it is not worth one. */
export function eventLine(event: ReportEvent): string | undefined {
  switch (event.type) {
    case 'change':
      return `${marks[event.state]} ${event.host}  ${event.summary}  ${colors.dim(`(${event.module})`)}`;
    case 'step':
      return event.state === 'blocked' ? `${colors.yellow('blocked')} ${event.module}: ${event.why ?? ''}` : undefined;
    case 'note':
      return colors.dim(event.message);
    case 'probe':
      return event.status === 'ok' ? undefined : `${colors.red(event.status)} ${event.host ?? event.module}: ${event.title}: seen ${event.seen}${event.wanted === '' ? '' : `, wanted ${event.wanted}`}`;
    case 'proof':
      return `${event.status === 'failed' ? colors.red('failed ') : event.status} ${event.host ?? event.module}: ${event.title}${event.seen === '' ? '' : `: ${event.seen}`}`;
    case 'drill':
      return `${event.verdict === 'kept' ? colors.green('kept  ') : colors.red('broken')} ${event.module} ${event.name}: ${event.title}${event.downtime === undefined ? '' : `, down for ${event.downtime} ms`}${event.broken.map((why) => `\n       ${why.replaceAll('\n', '\n       ')}`).join('')}`;
    case 'failure':
      return undefined; // told in full at the end
  }
}
