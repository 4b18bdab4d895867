import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { enterArgv, readStateOf } from './state.ts';
import { TwinError } from './twin-error.ts';

/** The program ran in the twin's network with this process's own terminal; the result is its exit status (128 + signal). */
export async function exec(options: { readonly name: string; readonly argv: readonly string[]; readonly vantage?: 'controller' | 'internet' }): Promise<number> {
  const { name, argv, vantage } = options;
  if (readStateOf(name) === undefined) {
    throw new TwinError({ wanted: `twin ${name} up`, seen: 'it is not', next: 'keybuzz twin up' });
  }
  const [file = '', ...args] = [...enterArgv(name, vantage), ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    // Ctrl-C reaches the program as well as us; it alone decides what to do with it.
    const ignore = (): void => {};
    process.on('SIGINT', ignore);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      process.off('SIGINT', ignore);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
