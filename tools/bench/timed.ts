import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One run of a command as a whole process. */
export interface Timing {
  readonly seconds: number;
  /** Resident memory of its largest process, in MB. */
  readonly megabytes: number;
  readonly output: string;
}

/** The command ran and exited 0, timed by GNU time; anything else throws with the end of what it printed. */
export async function timed(argv: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv; accept?: readonly number[] } = {}): Promise<Timing> {
  const { cwd, env = process.env, accept = [0] } = options;
  const note = join(tmpdir(), `bench-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const { code, output } = await run(['/usr/bin/time', '-q', '-f', '%e %M', '-o', note, ...argv], { cwd, env });
  if (!accept.includes(code)) throw new Error(`${argv.join(' ')}: exit ${code}\n${output.split('\n').slice(-15).join('\n')}`);
  const [seconds = NaN, kilobytes = NaN] = readFileSync(note, 'utf8').trim().split(' ').map(Number);
  rmSync(note);
  return { seconds, megabytes: kilobytes / 1024, output };
}

function run(argv: readonly string[], options: { cwd: string | undefined; env: NodeJS.ProcessEnv }): Promise<{ code: number; output: string }> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject).once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The middle of the figures. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
