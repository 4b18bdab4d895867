import type { ReportEvent } from '@keybuzz/sdk';

/** A line for each host at work, redrawn in place; finished lines scroll above. */
export interface Live {
  show(event: ReportEvent, line: string | undefined): void;
  close(): void;
}

interface Working {
  readonly text: string;
  readonly since: number;
}

/** Progress on a terminal of any width, on standard error; libraries are loaded only where there is a terminal. */
export async function openLive(terminal: NodeJS.WriteStream): Promise<Live> {
  const [{ createLogUpdate }, { default: truncate }] = await Promise.all([import('log-update'), import('cli-truncate')]);
  const update = createLogUpdate(terminal);
  const working = new Map<string, Working>();
  const width = (): number => Math.max(20, (terminal.columns ?? 80) - 1);
  const draw = (): void => {
    const room = Math.max(3, (terminal.rows ?? 24) - 4);
    const rows = [...working].toSorted(([, a], [, b]) => a.since - b.since);
    const lines = rows.slice(0, room).map(([host, at]) => truncate(`${host}  ${at.text}  ${Math.round((performance.now() - at.since) / 1000)} s`, width()));
    update([...lines, ...(rows.length > room ? [`… and ${rows.length - room} more hosts`] : [])].join('\n'));
  };
  const timer = setInterval(draw, 250);
  return {
    show: (event, line) => {
      if (event.type === 'step' && event.host !== undefined) track(working, event.host, event);
      if (event.type === 'change') working.set(event.host, { text: event.summary, since: working.get(event.host)?.since ?? performance.now() });
      if (line === undefined) return;
      // Whole: what was done is worth a second line on a narrow terminal, which wraps it itself.
      update.clear();
      terminal.write(`${line}\n`);
      draw();
    },
    close: () => {
      clearInterval(timer);
      update.clear();
    },
  };
}

function track(working: Map<string, Working>, host: string, event: { module: string; verb: string; state: string }): void {
  if (event.state === 'started') working.set(host, { text: `${event.module} ${event.verb}`, since: performance.now() });
  else working.delete(host);
}
