import { relative } from 'node:path';
import { asFailure, type FailureEvent, type OpenStack, type Report } from '@keybuzz/sdk';
import { openJournal, type Journal } from './journal.ts';
import { open } from './open.ts';
import { exit, type Options } from './options.ts';
import { failureText } from './show/failure.ts';
import { eventLine } from './show/line.ts';
import type { Live } from './show/live.ts';

/** What a command does on an open stack; its answer is the exit status. */
export interface Run {
  readonly command: string;
  readonly mode: 'plan' | 'apply';
  /** Whether changes are shown as they happen rather than at the end. */
  readonly progress: boolean;
  readonly work: (stack: OpenStack, journal: Journal) => Promise<number>;
}

/** The command was carried out on the stack and left its record; failures were told in full. */
export async function runOnStack(options: Options, run: Run): Promise<number> {
  const journal = openJournal();
  const live = run.progress && options.json !== true && process.stderr.isTTY ? await (await import('./show/live.ts')).openLive(process.stderr) : undefined;
  const report = reporter(journal, { options, live, progress: run.progress });
  const stop = onInterrupt(report);
  let code: number = exit.failed;
  try {
    const stack = await open(options, { mode: run.mode, report });
    try {
      code = await run.work(stack, journal);
    } finally {
      await stack.close();
    }
  } catch (error) {
    code = tellUnreported(error, report);
  }
  stop();
  live?.close();
  if (options.json !== true) tellFailures(journal);
  journal.close({ command: run.command, exit: code });
  return code;
}

function reporter(journal: Journal, to: { options: Options; live: Live | undefined; progress: boolean }): Report {
  return (event) => {
    journal.report(event);
    if (to.options.json === true) {
      process.stdout.write(`${JSON.stringify(event)}\n`);
      return;
    }
    const shown = to.progress || event.type === 'note' || event.type === 'step' ? eventLine(event) : undefined;
    if (to.live !== undefined) to.live.show(event, shown);
    else if (shown !== undefined) process.stderr.write(`${shown}\n`);
  };
}

function tellUnreported(error: unknown, report: Report): number {
  const failure = asFailure(error);
  const { host = '', module = '', verb = '', operation, command, next } = failure.context;
  report({ type: 'failure', kind: failure.kind, message: failure.message, host, module, verb, operation, command, output: undefined, next });
  if (!(error instanceof Error && error.name === 'Failure') && process.env['KEYBUZZ_DEBUG'] !== undefined) throw error;
  return failure.kind === 'badConfig' ? exit.usage : exit.failed;
}

function tellFailures(journal: Journal): void {
  const failures = journal.events.filter((e): e is FailureEvent => e.type === 'failure');
  const folder = relative(process.cwd(), journal.folder);
  for (const failure of failures) process.stderr.write(`\n${failureText(failure, failure.host === '' ? undefined : `${folder}/${failure.host}.log`)}`);
}

/** Ctrl-C ends the run at once: what is half done heals with the next run, which is said. */
function onInterrupt(report: Report): () => void {
  const interrupted = (): void => {
    report({ type: 'failure', kind: 'interrupted', message: 'interrupted: a change under way may be half done', host: '', module: '', verb: '', operation: undefined, command: undefined, output: undefined, next: 'run the same command again: it goes on from what it finds' });
    process.stderr.write('\ninterrupted; run the same command again: it goes on from what it finds\n');
    process.exit(exit.interrupted);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return () => void process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
}
