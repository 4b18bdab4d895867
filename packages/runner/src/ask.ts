import { createInterface } from 'node:readline/promises';

/** Something that draws on the terminal, and stands still while a question is open. */
export interface Drawing {
  pause(): void;
  resume(): void;
}

let turn: Promise<unknown> = Promise.resolve();
let drawing: Drawing | undefined;

/** From now on this drawing stands still during questions; none does with undefined. */
export function standsStill(now: Drawing | undefined): void {
  drawing = now;
}

/** Whether the operator typed yes; for a terminal only. Questions asked together come one after the other. */
export async function agreed(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await inTurn(() => asked(question, true))).trim());
}

/** What the operator typed, which was not shown; for a terminal only. Empty at the end of the input. */
export function hidden(question: string): Promise<string> {
  return inTurn(() => asked(question, false));
}

function inTurn(ask: () => Promise<string>): Promise<string> {
  const answer = turn.then(ask);
  turn = answer.catch(() => undefined);
  return answer;
}

async function asked(question: string, shown: boolean): Promise<string> {
  drawing?.pause();
  if (!shown) process.stderr.write(question);
  // A terminal without an output echoes nothing.
  const asking = createInterface(shown ? { input: process.stdin, output: process.stderr } : { input: process.stdin, terminal: true });
  // The end of the input is an empty answer; Ctrl-C ends the command, as it does when nothing is asked.
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  asking.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await Promise.race([asking.question(shown ? question : ''), closed]);
  } finally {
    asking.close();
    if (!shown) process.stderr.write('\n');
    drawing?.resume();
  }
}
