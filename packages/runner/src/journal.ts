import { createWriteStream, mkdirSync, readdirSync, rmSync, writeFileSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Report, ReportEvent } from '@keybuzz/sdk';
import { projectRoot } from './project.ts';
import { runReport } from './run-report.ts';

const kept = 50;

/** The record of one run, in `runs/<time>/`; everything that reaches it is redacted already. */
export interface Journal {
  readonly folder: string;
  readonly events: readonly ReportEvent[];
  readonly report: Report;
  /** The journal, a log for each host and a report are on disk. */
  close(outcome: { command: string; exit: number }): Promise<void>;
}

/** A new run folder; only the last 50 are kept. */
export function openJournal(at: Date = new Date()): Journal {
  const runs = join(projectRoot, 'runs');
  const folder = join(runs, `${at.toISOString().replaceAll(':', '-').replace('Z', '')}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const stream = createWriteStream(join(folder, 'journal.ndjson'));
  const events: ReportEvent[] = [];
  return {
    folder,
    events,
    report: (event) => {
      events.push(event);
      stream.write(`${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`);
    },
    close: async ({ command, exit }) => {
      await ended(stream);
      const changed = events.filter((e) => e.type === 'change' || e.type === 'failure');
      for (const host of new Set(changed.map((e) => e.host).filter((name) => name !== ''))) {
        writeFileSync(join(folder, `${host}.log`), changed.filter((e) => e.host === host).map((e) => `${JSON.stringify(e)}\n`).join(''));
      }
      writeFileSync(join(folder, 'report.md'), runReport({ command, exit, at, events }));
      for (const old of readdirSync(runs).toSorted().slice(0, -kept)) rmSync(join(runs, old), { recursive: true, force: true });
    },
  };
}

function ended(stream: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => stream.once('error', reject).end(resolve));
}
