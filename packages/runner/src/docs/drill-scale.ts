/** A mark on an axis: where, and what stands there. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Marks at round seconds over a range of milliseconds, about eight of them. */
export function secondTicks(from: number, to: number): readonly Tick[] {
  const rough = (to - from) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(100, [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power * 10);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step).map((at) => ({ at, text: `${Number((at / 1000).toFixed(1))} s` }));
}

/** Milliseconds on a logarithmic axis: from 1 ms at 0 to `top`, a power of ten that nothing exceeds, at 1. */
export function logScale(largest: number): { readonly top: number; readonly part: (milliseconds: number) => number; readonly ticks: readonly Tick[] } {
  const decades = Math.max(2, Math.ceil(Math.log10(Math.max(1, largest))));
  return {
    top: 10 ** decades,
    part: (milliseconds) => Math.min(1, Math.max(0, Math.log10(Math.max(1, milliseconds)) / decades)),
    ticks: Array.from({ length: decades + 1 }, (_, i) => ({ at: 10 ** i, text: i < 3 ? `${10 ** i} ms` : `${10 ** (i - 3)} s` })),
  };
}
