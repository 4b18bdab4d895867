import { Failure } from './failure.ts';
import { inputBytes, type Command } from './command.ts';
import type { Result } from './result.ts';

/**
 * One POSIX shell script that runs the commands in order, each in a subshell, and frames the output of each
 * on both streams with `mark`, a nonce that output cannot guess. It is made for a shell's standard input:
 * what commands read travels inside it, so nothing secret reaches an argument list.
 */
export function framed(commands: readonly Command[], options: { mark: string; stopAtFailure: boolean }): string {
  const { mark, stopAtFailure } = options;
  const lines = [
    'export LC_ALL=C DEBIAN_FRONTEND=noninteractive',
    'umask 022',
    `frame() { printf '\\n${mark} %s\\n' "$1"; printf '\\n${mark} %s\\n' "$1" >&2; }`,
    'frame "start $$"',
  ];
  for (const command of commands) {
    lines.push(...step(command, mark), 'status=$?', 'frame $status');
    if (stopAtFailure) lines.push('[ $status = 0 ] || return 0');
  }
  // The shell must have read the whole script before it runs any of it: a cut connection then runs all or nothing,
  // and in braces not even a shortened word (`ex` of `exit` is an editor).
  return `{\nrun() {\n${lines.join('\n')}\n}\nrun\nframe end\nexit 0\n}\n`;
}

function step(command: Command, mark: string): string[] {
  if (command.input === undefined) return [`( ${command.text}\n) </dev/null`];
  const encoded = Buffer.from(inputBytes(command.input)).toString('base64');
  const body = encoded.replaceAll(/.{1,76}/g, '$&\n');
  // The document ends before the command begins: it starts at the first line end, and a command may have some of its own.
  return [`{ base64 -d <<'${mark}'`, `${body}${mark}`, `} | ( ${command.text}\n)`];
}

/** What a stream holds when the script begins: what a login shell said before is no output of a command. */
export function started(stream: string, mark: string): { readonly pid: number; readonly from: number } | undefined {
  const match = new RegExp(`\\n${mark} start (\\d+)\\n`).exec(stream);
  return match === null ? undefined : { pid: Number(match[1]), from: match.index + match[0].length };
}

/** The bytes that close both streams once the last command that is to run has ended. */
export function ending(mark: string): string {
  return `\n${mark} end\n`;
}

/** The results of a framed script, one for each command that ran to its end. */
export function unframed(streams: { stdout: string; stderr: string }, mark: string): Result[] {
  const out = frames(streams.stdout, mark);
  const err = frames(streams.stderr, mark);
  return out.map(({ code, text }, i) => ({ code, stdout: text, stderr: err[i]?.text ?? '' }));
}

/** What the command that had not ended had printed when the streams broke off. */
export function unfinished(streams: { stdout: string; stderr: string }, mark: string): { stdout: string; stderr: string } {
  const rest = (stream: string): string => stream.slice(frames(stream, mark).at(-1)?.to ?? started(stream, mark)?.from ?? 0);
  return { stdout: rest(streams.stdout), stderr: rest(streams.stderr) };
}

function frames(stream: string, mark: string): { code: number; text: string; to: number }[] {
  const end = new RegExp(`\\n${mark} (\\d+)\\n`, 'g');
  const found: { code: number; text: string; to: number }[] = [];
  let from = started(stream, mark)?.from ?? 0;
  for (const match of stream.matchAll(end)) {
    const to = match.index + match[0].length;
    found.push({ code: Number(match[1]), text: stream.slice(from, match.index), to });
    from = to;
  }
  return found;
}

/** The result, or Failure `failed` naming the command when its exit status is not 0. */
export function succeeded(result: Result | undefined, command: Command): Result {
  if (result === undefined) throw new Failure('failed', 'the command did not run', { command: command.text });
  if (result.code !== 0) throw new Failure('failed', `exit ${result.code}`, { command: command.text, result });
  return result;
}
