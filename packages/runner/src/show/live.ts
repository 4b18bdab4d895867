import type { ReportEvent } from '@keybuzz/sdk';
import type { Drawing } from '../ask.ts';
import { atWork } from './at-work.ts';

/** A line for each host at work, redrawn in place; finished lines scroll above. */
export interface Live extends Drawing {
  show(event: ReportEvent, line: string | undefined): void;
  /** The host has a line until the promise ends. */
  awaiting<T>(host: string, text: string, promise: Promise<T>): Promise<T>;
  close(): void;
}

/** Progress on a terminal of any width, on standard error; libraries are loaded only where there is a terminal. */
export async function openLive(terminal: NodeJS.WriteStream): Promise<Live> {
  const [{ createLogUpdate }, { default: truncate }] = await Promise.all([import('log-update'), import('cli-truncate')]);
  const update = createLogUpdate(terminal);
  const work = atWork();
  /** Lines that came while a question was open; undefined when none is. */
  let held: string[] | undefined;
  const width = (): number => Math.max(20, (terminal.columns ?? 80) - 1);
  const draw = (): void => {
    if (held !== undefined) return;
    const room = Math.max(3, (terminal.rows ?? 24) - 4);
    const all = work.lines();
    const lines = all.slice(0, room).map(({ who, text, since }) => truncate(`${who}  ${text}  ${Math.round((performance.now() - since) / 1000)} s`, width()));
    update([...lines, ...(all.length > room ? [`… and ${all.length - room} more`] : [])].join('\n'));
  };
  const print = (line: string): void => {
    if (held !== undefined) return void held.push(line);
    // Whole: what was done is worth a second line on a narrow terminal, which wraps it itself.
    update.clear();
    terminal.write(`${line}\n`);
    draw();
  };
  const timer = setInterval(draw, 250);
  return {
    show: (event, line) => {
      work.see(event);
      if (line !== undefined) print(line);
    },
    awaiting: (host, text, promise) => promise.finally(work.begin(host, text)),
    pause: () => {
      update.clear();
      held = [];
    },
    resume: () => {
      const lines = held ?? [];
      held = undefined;
      lines.forEach(print);
    },
    close: () => {
      clearInterval(timer);
      update.clear();
    },
  };
}
