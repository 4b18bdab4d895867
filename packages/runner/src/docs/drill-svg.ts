import type { DrillResult } from '@keybuzz/sdk';
import { duration } from '../drill-table.ts';
import { logScale, secondTicks } from './drill-scale.ts';
import { escaped } from './escaped.ts';

const size = { width: 900, height: 330 };
const plot = { left: 62, right: size.width - 20, top: 86, bottom: size.height - 44 };

/** A picture of what the client saw: each acknowledged write, the times without one, and when things happened; readable in light and in dark. */
export function drillSvg(result: Pick<DrillResult, 'title' | 'downtime' | 'acknowledged' | 'lost' | 'verdict' | 'trace'>, about: { promised: number; module: string }): string {
  const { answers, gaps, endedAt } = result.trace;
  const from = Math.min(0, answers[0]?.at ?? 0);
  const scale = logScale(answers.reduce((most, { took }) => Math.max(most, took), 1));
  const x = (at: number): number => rounded(plot.left + ((at - from) / (endedAt - from || 1)) * (plot.right - plot.left));
  const y = (took: number): number => rounded(plot.bottom - scale.part(took) * (plot.bottom - plot.top));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escaped(`${result.title}: down for ${duration(result.downtime)}`)}">`,
    style,
    `<rect class="ground" width="${size.width}" height="${size.height}" rx="8"/>`,
    `<text class="title" x="20" y="26">${escaped(`${about.module}: ${result.title}`)}</text>`,
    `<text class="said ${result.verdict}" x="20" y="46">${escaped(said(result, about.promised))}</text>`,
    ...gaps.map((gap) => `<rect class="gap" x="${x(gap.from)}" y="${plot.top}" width="${rounded(Math.max(1, x(gap.to) - x(gap.from)))}" height="${plot.bottom - plot.top}"/>`),
    ...scale.ticks.map(({ at, text }) => `<path class="grid" d="M${plot.left} ${y(at)}H${plot.right}"/><text class="tick left" x="${plot.left - 8}" y="${y(at) + 4}">${text}</text>`),
    ...secondTicks(from, endedAt).map(({ at, text }) => `<path class="axis" d="M${x(at)} ${plot.bottom}v5"/><text class="tick" x="${x(at)}" y="${plot.bottom + 19}">${text}</text>`),
    `<path class="axis" d="M${plot.left} ${plot.bottom}H${plot.right}"/>`,
    `<path class="answer" d="${dots(answers.map(({ at, took }) => `M${x(at)} ${y(took)}h0`))}"/>`,
    ...longest(gaps, x),
    ...markers(result.trace, x),
    `<text class="tick" x="${(plot.left + plot.right) / 2}" y="${size.height - 8}">time from the fault; a dot is an acknowledged write, its height how long the client waited</text>`,
    '</svg>',
    '',
  ].join('\n');
}

function said({ downtime, acknowledged, lost, verdict }: Pick<DrillResult, 'downtime' | 'acknowledged' | 'lost' | 'verdict'>, promised: number): string {
  return `down for ${duration(downtime)}, promised at most ${duration(promised)} · ${acknowledged} writes acknowledged, ${lost.length} lost · promise ${verdict}`;
}

/** Each place once: thousands of dots fall on a few hundred. */
function dots(places: readonly string[]): string {
  return [...new Set(places)].join('');
}

/** The length of the longest gap, in its band where it fits. */
function longest(gaps: DrillResult['trace']['gaps'], x: (at: number) => number): string[] {
  const [most] = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from));
  if (most === undefined || x(most.to) - x(most.from) < 60) return [];
  return [`<text class="length" x="${rounded((x(most.from) + x(most.to)) / 2)}" y="${(plot.top + plot.bottom) / 2}">${duration(Math.round(most.to - most.from))}</text>`];
}

/** A line for each moment, its words above the plot, one row lower where they would run into the ones before. */
function markers({ healedAt, redundantAt }: DrillResult['trace'], x: (at: number) => number): string[] {
  const moments = [
    { at: 0, text: 'fault', kind: 'fault' },
    ...(healedAt === undefined ? [] : [{ at: healedAt, text: `healed ${duration(healedAt)}`, kind: 'heal' }]),
    ...(redundantAt === undefined ? [] : [{ at: redundantAt, text: redundantAt < 1000 ? 'redundant' : `redundant ${duration(redundantAt)}`, kind: 'whole' }]),
  ].toSorted((a, b) => a.at - b.at);
  const width = (text: string): number => text.length * 6.4 + 10;
  let ends = [-Infinity, -Infinity, -Infinity];
  const drawn = moments.map(({ at, text, kind }) => {
    // Words near the right edge stand to the left of their line.
    const flipped = x(at) + width(text) > size.width;
    const [begin, end] = flipped ? [x(at) - width(text), x(at)] : [x(at), x(at) + width(text)];
    const row = Math.max(0, ends.findIndex((taken) => taken <= begin));
    ends = ends.map((taken, i) => (i === row ? end : taken));
    const top = plot.top - 4 - row * 13;
    return [`<path class="moment ${kind}" d="M${x(at)} ${top - 9}V${plot.bottom}"/>`, `<text class="word ${kind}${flipped ? ' flipped' : ''}" x="${x(at) + (flipped ? -4 : 4)}" y="${top}">${escaped(text)}</text>`] as const;
  });
  // Words over lines: a line of another moment may pass where they stand.
  return [...drawn.map(([line]) => line), ...drawn.map(([, word]) => word)];
}

function rounded(value: number): number {
  return Math.round(value * 2) / 2;
}

const style = `<style>
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2933 }
.ground { fill: #ffffff } .title { font-size: 14px; font-weight: 600 } .said { fill: #5b6b7b } .said.broken { fill: #b42318; font-weight: 600 }
.tick { font-size: 11px; fill: #5b6b7b; text-anchor: middle; font-variant-numeric: tabular-nums } .left { text-anchor: end }
.grid { stroke: #e4e9ee } .axis { stroke: #8593a1; fill: none }
.answer { stroke: #2166ac; stroke-width: 3; stroke-linecap: round; fill: none; opacity: .75 }
.gap { fill: #d6604d; opacity: .18 } .length { text-anchor: middle; font-size: 13px; font-weight: 600; fill: #b42318 }
.moment { fill: none; stroke-width: 1.5 } .word { font-size: 11px; font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 4; stroke-linejoin: round } .flipped { text-anchor: end }
path.fault { stroke: #b42318 } text.fault { fill: #b42318 } path.heal { stroke: #2166ac; stroke-dasharray: 4 3 } text.heal { fill: #2166ac }
path.whole { stroke: #1b7837; stroke-dasharray: 1 3; stroke-linecap: round } text.whole { fill: #1b7837 }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee } .ground { fill: #12181f } .word { stroke: #12181f } .said, .tick { fill: #9dabb9 } .said.broken, .length, text.fault { fill: #ff8a7a }
  .grid { stroke: #26313d } .axis { stroke: #71808f } .answer { stroke: #7db8e8 } .gap { fill: #ff8a7a }
  path.fault { stroke: #ff8a7a } path.heal { stroke: #7db8e8 } text.heal { fill: #7db8e8 } path.whole { stroke: #7bc98f } text.whole { fill: #7bc98f }
}
</style>`;
