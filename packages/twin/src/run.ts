import { spawn } from 'node:child_process';
import { TwinError } from './twin-error.ts';

/** What a finished program left: its exit status (128 + signal if killed) and both its outputs, whole. */
export type Ran = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** `input` goes to stdin; `okay` lists the statuses that are no failure; `within` is in ms; `next` is the advice of the error. */
export type RunOptions = {
  readonly input?: string;
  readonly okay?: readonly number[] | 'any';
  readonly env?: Readonly<Record<string, string>>;
  readonly within?: number;
  readonly next?: string;
};

const KILLED = 137;

/** The program has ended with an accepted status; otherwise a TwinError tells what ran, its status and its last words. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = argv;
  const { okay = [0], within = 60_000, next = 'type the same command by hand to see more' } = options;
  const wanted = `${argv.join(' ').slice(0, 300)} to succeed`;
  const ran = await new Promise<Ran>((resolve, reject) => {
    const child = spawn(file, args, {
      env: { ...process.env, ...options.env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: within,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', (error) => reject(new TwinError({ wanted, seen: error.message, next })));
    child.on('close', (status) =>
      resolve({ status: status ?? KILLED, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    // A program that ends without reading its input is judged by its status, not by EPIPE.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
  if (okay === 'any' || okay.includes(ran.status)) return ran;
  const said = (ran.stderr.trim() || ran.stdout.trim() || 'no output').split('\n').slice(-8).join('\n');
  const how = ran.status === KILLED ? `killed, or not finished within ${within} ms` : `status ${ran.status}`;
  throw new TwinError({ wanted, seen: `${how}: ${said}`, next });
}
