import { spawn } from 'node:child_process';

/** The keybuzz command ran as one of its own, with this terminal; its exit status. */
export function runInTwin(argv: readonly string[]): Promise<number> {
  // The file this process was started with, which is another one in the published package.
  const [, bin = ''] = process.argv;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, bin, ...argv], { stdio: 'inherit' });
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
}
