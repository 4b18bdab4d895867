import type { HostState } from '../machine/host-state.ts';

type States = Readonly<Record<string, HostState>>;

/** What differs between two fleets, one line each; nothing when they are alike. Files that match `besides` may be there without being wanted. */
export function differences(wanted: States, seen: States, besides?: RegExp): readonly string[] {
  return Object.keys(wanted).flatMap((host) => {
    const [before, after] = [wanted[host], seen[host]];
    if (before === undefined || after === undefined) return [`${host} is missing`];
    return (['files', 'packages', 'units', 'kernel'] as const).flatMap((kind) => {
      const names = new Set([...Object.keys(before[kind]), ...Object.keys(after[kind])]);
      return [...names].filter((name) => before[kind][name] !== after[kind][name] && !(before[kind][name] === undefined && besides?.test(name) === true)).map((name) => `${host} ${name}: ${difference(before[kind][name], after[kind][name])}`);
    });
  });
}

function difference(wanted: string | undefined, seen: string | undefined): string {
  if (wanted === undefined || seen === undefined) return `${short(wanted)} became ${short(seen)}`;
  const [lines, now] = [wanted.split('\n'), seen.split('\n')];
  const lost = lines.filter((line) => !now.includes(line)).map((line) => `-${line}`);
  const gained = now.filter((line) => !lines.includes(line)).map((line) => `+${line}`);
  return lost.length + gained.length === 0 ? `the same lines in another order or number:\n${seen}` : [...lost, ...gained].slice(0, 20).join('\n  ');
}

const short = (text: string | undefined): string => (text === undefined ? 'nothing' : JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text));
