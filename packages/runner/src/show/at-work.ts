import type { ReportEvent } from '@keybuzz/sdk';

/** What goes on now, in one line: a host or a whole module, what is done there, since when (performance.now()). */
export interface Working {
  readonly who: string;
  readonly text: string;
  readonly since: number;
}

/** What goes on in a run, as its events tell it. */
export interface AtWork {
  /** The event began, changed, or ended something. */
  see(event: ReportEvent): void;
  /** Something that no event tells of goes on until what is returned is called. */
  begin(who: string, text: string): () => void;
  /** The oldest first; several who wait for the same are one. */
  lines(): readonly Working[];
}

/** Nothing goes on yet. */
export function atWork(now: () => number = () => performance.now()): AtWork {
  const working = new Map<string, Working>();
  let begun = 0;
  const see = (event: ReportEvent): void => {
    if (event.type !== 'step' && event.type !== 'change') return;
    const whole = `${event.module} ${event.verb} `;
    const key = `${whole}${event.host ?? ''}`;
    if (event.type === 'change') {
      // A module that works on its hosts together tells of no host but by what is changed there.
      if (event.state !== 'planned') working.set(key, { who: event.host, text: event.summary, since: working.get(key)?.since ?? now() });
    } else if (event.state === 'started') {
      working.set(key, { who: event.host ?? event.module, text: event.host === undefined ? event.verb : `${event.module} ${event.verb}`, since: now() });
    } else {
      for (const each of working.keys()) if (each === key || (event.host === undefined && each.startsWith(whole))) working.delete(each);
    }
  };
  return {
    see,
    begin: (who, text) => {
      const key = `#${(begun += 1)}`;
      working.set(key, { who, text, since: now() });
      return () => void working.delete(key);
    },
    lines: () => {
      const sorted = [...working.values()].toSorted((a, b) => a.since - b.since);
      return sorted.filter(({ who, text }, i) => sorted.findIndex((other) => other.who === who && other.text === text) === i);
    },
  };
}
