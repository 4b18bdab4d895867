import type { DrillEvent, ModuleDrill } from '@keybuzz/sdk';

const headings = ['fault', 'downtime promised', 'measured', 'acknowledged', 'lost', 'duplicated', 'redundant again after', 'verdict'] as const;

/** The drills as aligned columns, and below them what was broken. */
export function drillTable(events: readonly DrillEvent[]): string {
  const broken = events.filter(({ verdict }) => verdict === 'broken').flatMap(({ name, broken: why }) => why.map((line) => `broken  ${name}: ${oneLine(line)}\n`));
  return `${columns([headings, ...events.map((event) => cells(event))])}${broken.length === 0 ? '' : `\n${broken.join('')}`}`;
}

/** The drills as a Markdown table; `link` is where the plot of one is, undefined where there is none. */
export function drillMarkdown(events: readonly DrillEvent[], link: (event: DrillEvent) => string | undefined): string {
  const row = (words: readonly string[]): string => `| ${words.map((word) => word.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  const rows = events.map((event) => {
    const [fault = '', ...rest] = cells(event);
    const plot = link(event);
    return row([plot === undefined ? fault : `[${fault}](${plot})`, ...rest]);
  });
  return [row(headings), '|---|---|---|---|---|---|---|---|', ...rows].join('\n');
}

/** What drills there are, as aligned columns. */
export function drillList(drills: readonly ModuleDrill[]): string {
  const kind = (drill: ModuleDrill): string => (drill.quick === true ? 'quick' : drill.long === true ? 'only by name' : '');
  return columns(drills.map((drill) => [drill.name, drill.title, `down at most ${duration(drill.promise.downtime)}`, kind(drill)]));
}

/** A message of several lines as one. */
export function oneLine(text: string): string {
  return text.split('\n').join('; ');
}

/** Milliseconds as a person reads them: "240 ms", "1.24 s", "75 s". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${Number(seconds.toFixed(seconds < 10 ? 2 : seconds < 60 ? 1 : 0))} s`;
}

function cells({ title, promise, downtime, acknowledged, lost, duplicated, redundantAfter, verdict }: DrillEvent): readonly string[] {
  // No figures: it failed before it had any. Not redundant again: it had figures, and that was not among them.
  const measured = downtime !== undefined;
  const after = redundantAfter === undefined ? (measured ? 'never' : '–') : duration(redundantAfter);
  const count = (of: number | undefined): string => (of === undefined ? '–' : String(of));
  return [title, `≤ ${duration(promise.downtime)}`, measured ? duration(downtime) : '–', count(acknowledged), count(lost?.length), count(duplicated?.length), after, verdict];
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()}\n`).join('');
}
