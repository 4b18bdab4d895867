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
    `frame() { printf '\\n${mark} %s\\n' "$1"; printf '\\n${mark} %s\\n' "$1" >&2; }`,
  ];
  for (const command of commands) {
    lines.push(...step(command, mark), 'status=$?', 'frame $status');
    if (stopAtFailure) lines.push('[ $status = 0 ] || exit 0');
  }
  // The shell must have read the whole script before it runs any of it: a cut connection then runs all or nothing.
  return `run() {\n${lines.join('\n')}\n}\nrun\n`;
}

function step(command: Command, mark: string): string[] {
  if (command.input === undefined) return [`( ${command.text}\n) </dev/null`];
  const encoded = Buffer.from(inputBytes(command.input)).toString('base64');
  const body = encoded.replaceAll(/.{1,76}/g, '$&\n');
  return [`base64 -d <<'${mark}' | ( ${command.text}\n)`, `${body}${mark}`];
}

/** The results of a framed script, one for each command that ran to its end. */
export function unframed(streams: { stdout: string; stderr: string }, mark: string): Result[] {
  const out = frames(streams.stdout, mark);
  const err = frames(streams.stderr, mark);
  return out.map(({ code, text }, i) => ({ code, stdout: text, stderr: err[i]?.text ?? '' }));
}

function frames(stream: string, mark: string): { code: number; text: string }[] {
  const end = new RegExp(`\\n${mark} (\\d+)\\n`, 'g');
  const found: { code: number; text: string }[] = [];
  let from = 0;
  for (const match of stream.matchAll(end)) {
    found.push({ code: Number(match[1]), text: stream.slice(from, match.index) });
    from = match.index + match[0].length;
  }
  return found;
}

/** The result, or Failure `failed` naming the command when its exit status is not 0. */
export function succeeded(result: Result | undefined, command: Command): Result {
  if (result === undefined) throw new Failure('failed', 'the command did not run', { command: command.text });
  if (result.code !== 0) throw new Failure('failed', `exit ${result.code}`, { command: command.text, result });
  return result;
}
