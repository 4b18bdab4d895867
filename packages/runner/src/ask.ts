import { createInterface } from 'node:readline/promises';

let turn: Promise<unknown> = Promise.resolve();

/** Whether the operator typed yes; for a terminal only. Questions asked together come one after the other. */
export function agreed(question: string): Promise<boolean> {
  const answer = turn.then(() => asked(question));
  turn = answer.catch(() => undefined);
  return answer;
}

async function asked(question: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // The end of the input is a no; Ctrl-C ends the command, as it does when nothing is asked.
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  asking.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return /^y(es)?$/i.test((await Promise.race([asking.question(question), closed])).trim());
  } finally {
    asking.close();
  }
}
