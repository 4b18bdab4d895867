import { ending, Failure, framed, started, unframed, unfinished, type BatchOptions, type Command, type Result } from '../command/index.ts';
import { connectionLost, type Channels } from './channels.ts';
import type { Exchange, OnChunk } from './exchange.ts';
import { LiveOutput } from './live-output.ts';
import type { ConnectOptions } from './options.ts';
import { elevated, nonce, rootShell, shellRefused } from './shell.ts';
import { place, type Target } from './target.ts';
import type { Transport } from './transport.ts';

/** A connection with its channels, and whose it is. */
export interface Link {
  readonly target: Target;
  readonly options: ConnectOptions;
  readonly transport: Transport;
  readonly channels: Channels;
}

/** Exit status of what was killed. */
const killed = 137;

/** Milliseconds that killing may take. */
const patience = 5000;

type End = 'ended' | 'closed' | 'tooMuch' | 'timedOut';

/** The results of the commands, run by one shell over one channel; see Session.run. */
export async function runBatch(link: Link, commands: readonly Command[], options: BatchOptions): Promise<readonly Result[]> {
  const { target, channels } = link;
  const { stopAtFailure = false, within = 60_000 } = options;
  const { outputLimit = 8 * 1024 * 1024, sudoPassword } = link.options;
  const mark = nonce();
  const shell = rootShell(target.user, { password: sudoPassword });
  const script = framed(commands, { mark, stopAtFailure });
  const exchange = await channels.open(shell.command, { onChunk: live(link, { mark, tell: options.onOutput }) });
  const { out, err } = exchange;
  const deadline = performance.now() + within;
  await elevated(exchange, shell, { target, within });
  exchange.channel.end(script);
  const end = ending(mark);
  const look = (): End | undefined => (out.includes(end) && err.includes(end) ? 'ended' : Math.max(out.length, err.length) > outputLimit ? 'tooMuch' : exchange.closed ? 'closed' : undefined);
  const how = await exchange.until<End>(look, deadline - performance.now());
  const streams = { stdout: out.text, stderr: err.text };
  const results = unframed(streams, mark);
  if (how === 'ended') {
    exchange.leave();
    return results;
  }
  const begun = started(streams.stdout, mark);
  if (how !== 'closed') await stop(link, { exchange, pid: begun?.pid });
  const running = commands[results.length];
  const rest = { code: killed, ...unfinished(streams, mark) };
  throw broken(link, { how, exchange, begun: begun !== undefined, running, within, outputLimit }).within({ command: running?.text, result: rest, completed: results });
}

/** The shell and all it started that did not leave its process group are killed; sshd passes no signal on to what root runs, so by a second channel. */
async function stop(link: Link, { exchange, pid }: { exchange: Exchange; pid: number | undefined }): Promise<void> {
  exchange.mute();
  const { target, channels, options } = link;
  const script = `read -r stat </proc/${pid}/stat && set -- \${stat##*) } && kill -s KILL -- "-$3"`;
  const shell = rootShell(target.user, { password: options.sudoPassword, script });
  try {
    if (pid === undefined) return;
    const killer = await channels.open(shell.command, { urgent: true });
    await elevated(killer, shell, { target, within: patience });
    await killer.until(() => killer.closed || undefined, patience);
    if (!killer.closed) killer.abandon();
  } catch {
    // What the batch failed of is told; a connection that cannot even kill is told by the next batch.
  } finally {
    exchange.abandon();
  }
}

interface Broken {
  readonly how: End;
  readonly exchange: Exchange;
  readonly begun: boolean;
  readonly running: Command | undefined;
  readonly within: number;
  readonly outputLimit: number;
}

function broken({ target, transport }: Link, { how, exchange, begun, running, within, outputLimit }: Broken): Failure {
  const host = target.name;
  const what = running?.text ?? 'its last command';
  if (how === 'timedOut') return new Failure('timedOut', `${place(target)}: not done within ${within / 1000} s, and killed: ${what}`, { host });
  if (how === 'tooMuch') return new Failure('failed', `${place(target)}: printed more than ${outputLimit} bytes, and was killed: ${what}`, { host });
  if (transport.lost !== undefined) return connectionLost(target, { why: transport.lost, ...(begun ? { during: `while it ran: ${what}` } : {}) });
  if (!begun) return shellRefused(target, { exchange });
  return new Failure('connectionLost', `${place(target)}: the shell ended (${exchange.ended ?? 'its channel was closed'}) while it ran: ${what}`, { host });
}

function live({ options }: Link, { mark, tell }: { mark: string; tell: ((text: string) => void) | undefined }): OnChunk | undefined {
  if (tell === undefined) return undefined;
  const lines = { out: new LiveOutput(mark, { redact: options.redact, tell }), err: new LiveOutput(mark, { redact: options.redact, tell }) };
  return (stream, chunk) => lines[stream].add(chunk);
}
