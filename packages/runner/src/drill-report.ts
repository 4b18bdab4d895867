import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillOutcome } from '@keybuzz/sdk';
import { drillSvg } from './docs/drill-svg.ts';
import { drillMarkdown, oneLine } from './drill-table.ts';

/** The drills of a module that were run, and on what. */
export interface DrillRecord {
  readonly module: string;
  readonly outcomes: readonly DrillOutcome[];
  /** The machine, the day, the commit. */
  readonly measuredOn: string;
}

/** `drill-<module>.md` and a plot of each drill that measured something are in the folder; the path of the page. */
export function writeDrillReport(folder: string, record: DrillRecord): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of plots(record)) writeFileSync(join(folder, name), svg);
  const page = join(folder, `drill-${record.module}.md`);
  writeFileSync(page, drillPage(record));
  return page;
}

/** The page on a module's drills: the table, what was broken, every plot. */
export function drillPage(record: DrillRecord): string {
  const broken = record.outcomes.flatMap(({ event }) => event.broken.map((why) => `- ${event.name}: ${oneLine(why)}`));
  return [
    `# Drills of ${record.module}`,
    '',
    drillSection(record, ''),
    ...(broken.length === 0 ? [] : ['', '## Broken', '', ...broken]),
    ...record.outcomes.flatMap(({ event, result }) => (result === undefined ? [] : ['', `## ${event.title}`, '', `![What a client saw](${plotName(record.module, event.name)})`])),
    '',
  ].join('\n');
}

/** The sentence on the machine and the table, whose rows link to the plots in `folder`. */
export function drillSection({ module, outcomes, measuredOn }: DrillRecord, folder: string): string {
  const measured = new Set(outcomes.filter(({ result }) => result !== undefined).map(({ event }) => event.name));
  return `${measuredOn}\n\n${drillMarkdown(outcomes.map(({ event }) => event), ({ name }) => (measured.has(name) ? `${folder}${plotName(module, name)}` : undefined))}`;
}

/** The plots by file name. */
export function plots({ module, outcomes }: Omit<DrillRecord, 'measuredOn'>): ReadonlyMap<string, string> {
  return new Map(outcomes.flatMap(({ event, result }) => (result === undefined ? [] : [[plotName(module, event.name), drillSvg(result, { promised: event.promise.downtime, module })] as const])));
}

function plotName(module: string, drill: string): string {
  return `drill-${module}-${drill}.svg`;
}
