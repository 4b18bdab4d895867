import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The keybuzz command ran as one of its own, with this terminal; its exit status. */
export function runInTwin(argv: readonly string[]): Promise<number> {
  const bin = fileURLToPath(new URL('bin.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, bin, ...argv], { stdio: 'inherit' });
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
}
