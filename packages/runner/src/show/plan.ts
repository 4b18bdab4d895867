import { colors } from './colors.ts';
import type { ReportEvent } from '@keybuzz/sdk';
import { count } from './count.ts';
import { groupedChanges } from './group.ts';

/** What would change, with differences, equal changes of several hosts told once; the last line counts. */
export function planText(events: readonly ReportEvent[], hosts: number): string {
  // Where nothing is changed a second verb finds the same to do on a host: it is told once.
  const groups = groupedChanges(events).map((g) => ({ ...g, hosts: [...new Set(g.hosts)] }));
  const changed = new Set(groups.flatMap((g) => g.hosts));
  const changes = groups.reduce((sum, g) => sum + g.hosts.length, 0);
  if (changes === 0) return events.some((e) => e.type === 'failure') ? 'No change found where the hosts could be read.\n' : `Nothing to change on ${count(hosts, 'host')}.\n`;
  const blocks = groups.map((g) => [`${colors.bold(g.summary)}  ${colors.dim(`(${g.module})`)}`, `  on ${g.hosts.join(' ')}`, ...difference(g.difference, g.summary)].join('\n'));
  return `${blocks.join('\n')}\n\n${count(changes, 'change')} on ${changed.size} of ${count(hosts, 'host')}.\n`;
}

function difference(text: string | undefined, summary: string): string[] {
  if (text === undefined || summary.includes(text)) return [];
  return text.split('\n').map((line) => `    ${paint(line)}`);
}

function paint(line: string): string {
  if (line.startsWith('+')) return colors.green(line);
  return line.startsWith('-') ? colors.red(line) : line;
}
