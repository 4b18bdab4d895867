import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** The shells of this machine that a host may have as /bin/sh. */
export const shells: readonly string[] = ['/bin/sh', '/bin/dash', '/bin/bash'].filter((path) => existsSync(path));

/** What a real shell makes of a script on its standard input. */
export function runScript(shell: string, script: string | Buffer, options: { env?: Record<string, string>; cwd?: string } = {}): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(shell, [], { input: script, encoding: 'utf8', env: { PATH: process.env['PATH'], ...options.env }, cwd: options.cwd ?? '/' });
  return { code: status, stdout, stderr };
}
