import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report, ReportEvent } from '@keybuzz/sdk';
import { exit as status } from './options.ts';
import { projectRoot } from './project.ts';
import { runReport } from './run-report.ts';

const kept = 50;

/** Milliseconds of events that may be lost when the controller is killed; a write for each event would slow a run down. */
const grain = 250;

/** The record of one run, in `runs/<time>/`; everything that reaches it is redacted already. */
export interface Journal {
  readonly folder: string;
  readonly events: readonly ReportEvent[];
  readonly report: Report;
  /** The journal, a log for each host and a report are on disk. */
  close(outcome: { command: string; exit: number }): void;
}

/** A record in a run folder of its own, which is there from the first grain on; only the last 50 are kept. */
export function openJournal(at: Date = new Date()): Journal {
  const runs = join(projectRoot, 'runs');
  const folder = join(runs, `${at.toISOString().replaceAll(':', '-').replace('Z', '')}-${process.pid}`);
  const events: ReportEvent[] = [];
  const lines: string[] = [];
  let broken = false;
  // A full disk here is no reason to stop half way through a fleet.
  const onDisk = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!broken) process.stderr.write(`the record of this run in ${folder} is incomplete: ${error instanceof Error ? error.message : String(error)}\n`);
      broken = true;
    }
  };
  const write = (): void =>
    onDisk(() => {
      mkdirSync(folder, { recursive: true });
      appendFileSync(join(folder, 'journal.ndjson'), lines.splice(0).join(''));
    });
  const writing = setInterval(() => lines.length > 0 && write(), grain);
  writing.unref();
  return {
    folder,
    events,
    report: (event) => {
      events.push(event);
      lines.push(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    },
    close: ({ command, exit }) => {
      clearInterval(writing);
      // What was mistyped is no run, unless it was found out on the way.
      if (exit === status.usage && !existsSync(folder)) return;
      write();
      onDisk(() => {
        const changed = events.filter((e) => e.type === 'change' || e.type === 'failure');
        for (const host of new Set(changed.map((e) => e.host).filter((name) => name !== ''))) {
          writeFileSync(join(folder, `${host}.log`), changed.filter((e) => e.host === host).map((e) => `${JSON.stringify(e)}\n`).join(''));
        }
        writeFileSync(join(folder, 'report.md'), runReport({ command, exit, at, events }));
        for (const old of readdirSync(runs).toSorted().slice(0, -kept)) rmSync(join(runs, old), { recursive: true, force: true });
      });
    },
  };
}
