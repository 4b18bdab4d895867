import { relative } from 'node:path';
import { asFailure, Failures, type FailureEvent, type OpenStack, type Report, type Sessions } from '@keybuzz/sdk';
import { standsStill } from './ask.ts';
import { openJournal, type Journal } from './journal.ts';
import { open } from './open.ts';
import { exit, type Options } from './options.ts';
import { failureText } from './show/failure.ts';
import { eventLine } from './show/line.ts';
import type { Live } from './show/live.ts';

/** Columns without which lines are not redrawn; a terminal that does not know its width has none. */
const narrowest = 20;

/** What a command does on an open stack; its answer is the exit status. What it says is printed when it is done, to people only. */
export interface Run {
  readonly command: string;
  readonly mode: 'plan' | 'apply';
  /** Whether it begins with a look at every host; a plan does. */
  readonly everyHost?: boolean;
  /** Whether changes are told as they happen rather than at the end; what is waited for is shown on a terminal in any case. */
  readonly progress: boolean;
  /** Told to end what is half done when the operator presses Ctrl-C; the second time ends the run at once. Without it, so does the first. */
  readonly interrupted?: AbortController;
  readonly work: (stack: OpenStack, journal: Journal, say: (text: string) => void) => Promise<number>;
}

/** The command was carried out on the stack and left its record; failures were told in full. */
export async function runOnStack(options: Options, run: Run): Promise<number> {
  const journal = openJournal();
  const live = options.json !== true && process.stderr.isTTY && process.stderr.columns >= narrowest ? await (await import('./show/live.ts')).openLive(process.stderr) : undefined;
  standsStill(live);
  const report = reporter(journal, { options, live, progress: run.progress });
  const said: string[] = [];
  const ended = (code: number): void => {
    standsStill(undefined);
    live?.close();
    if (options.json !== true) process.stdout.write(said.join(''));
    if (options.json !== true) tellFailures(journal);
    journal.close({ command: run.command, exit: code });
  };
  const stop = onInterrupt(() => {
    if (run.interrupted?.signal.aborted === false) {
      report({ type: 'note', message: 'interrupted: healing first; once more ends it at once' });
      run.interrupted.abort();
      return;
    }
    report(interruption);
    ended(exit.interrupted);
    process.exit(exit.interrupted);
  });
  let redact = (text: string): string => text;
  let code: number = exit.failed;
  try {
    const opened = await open(options, { mode: run.mode, everyHost: run.everyHost ?? run.mode === 'plan', report });
    const stack = live === undefined ? opened : { ...opened, sessions: seen(opened.sessions, live) };
    redact = stack.redact;
    try {
      code = await run.work(stack, journal, (text) => void said.push(text));
    } finally {
      await stack.close();
    }
  } catch (error) {
    code = tellUnreported(error, { journal, report, redact });
  }
  stop();
  ended(code);
  return code;
}

/** The same sessions; a host that is waited for has a line meanwhile. */
function seen(sessions: Sessions, live: Live): Sessions {
  return { session: (host) => live.awaiting(host.name, 'connecting', sessions.session(host)), close: () => sessions.close() };
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

/** The error is told, unless it was when it happened; the exit status it means. */
function tellUnreported(error: unknown, to: { journal: Journal; report: Report; redact: (text: string) => string }): number {
  const failure = asFailure(error);
  if (failure.kind === 'failed' && process.env['KEYBUZZ_DEBUG'] !== undefined) throw error;
  const { host = '', module = '', verb = '', operation, command, next } = failure.context;
  const message = to.redact(failure.message);
  const told = error instanceof Failures || to.journal.events.some((e) => e.type === 'failure' && e.kind === failure.kind && e.message === message);
  if (!told) to.report({ type: 'failure', kind: failure.kind, message, host, module, verb, operation, command: command === undefined ? undefined : to.redact(command), output: undefined, next });
  if (failure.kind === 'interrupted') return exit.interrupted;
  return failure.kind === 'badConfig' ? exit.usage : exit.failed;
}

function tellFailures(journal: Journal): void {
  const failures = journal.events.filter((e): e is FailureEvent => e.type === 'failure');
  const folder = relative(process.cwd(), journal.folder);
  for (const failure of failures) process.stderr.write(`\n${failureText(failure, failure.host === '' ? undefined : `${folder}/${failure.host}.log`)}`);
}

const interruption: FailureEvent = {
  type: 'failure', kind: 'interrupted', host: '', module: '', verb: '', operation: undefined, command: undefined, output: undefined,
  message: 'interrupted: a change under way may be half done',
  next: 'run the same command again: it goes on from what it finds',
};

/** Ctrl-C ends the run at once: what is half done heals with the next run. */
function onInterrupt(interrupted: () => void): () => void {
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  return () => void process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
}
