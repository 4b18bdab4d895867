import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { root } from './source-files.ts';

/** The exit status of a program of this workspace, run at its root; its output goes where ours goes. */
export function run(program: string, args: readonly string[]): Promise<number> {
  const path = [`${root}node_modules/.bin`, process.env['PATH']].join(delimiter);
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH: path } });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.once('close', (code) => resolve(code ?? 1));
  });
}
