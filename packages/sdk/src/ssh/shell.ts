import { randomBytes } from 'node:crypto';
import { Failure, lastWords, quote } from '../command/index.ts';
import type { Secret } from '../credentials/secret.ts';
import type { Exchange } from './exchange.ts';
import { place, type Target } from './target.ts';

/** A word that output cannot guess. */
export function nonce(): string {
  return `kb${randomBytes(16).toString('hex')}`;
}

/** A command line that starts a root shell, and the question it may ask first. */
export interface Elevation {
  readonly command: string;
  /** What sudo prints when it wants the password, and what is printed once the shell runs. */
  readonly prompt: { readonly ask: string; readonly ready: string; readonly password: Secret } | undefined;
}

/**
 * How root's /bin/sh is started for the user: directly, or through sudo. With `script` the shell runs that instead of
 * its standard input, and nothing secret may be in it.
 */
export function rootShell(user: string, { password, script }: { password: Secret | undefined; script?: string }): Elevation {
  const inner = (text: string | undefined): string => (text === undefined ? '/bin/sh' : `/bin/sh -c ${quote(text)}`);
  if (user === 'root') return { command: `exec ${inner(script)}`, prompt: undefined };
  if (password === undefined) return { command: `exec sudo -n ${inner(script)}`, prompt: undefined };
  const [ask, ready] = [nonce(), nonce()];
  const announced = `printf '%s\\n' ${ready}; ${script ?? 'exec /bin/sh'}`;
  return { command: `exec sudo -S -p ${ask} ${inner(announced)}`, prompt: { ask, ready, password } };
}

/** The shell reads its input: sudo has its password, if it asked for one. Throws Failure `refused`. */
export async function elevated(exchange: Exchange, { prompt }: Elevation, { target, within }: { target: Target; within: number }): Promise<void> {
  if (prompt === undefined) return;
  const { out, err } = exchange;
  const look = (): 'ready' | 'asked' | 'closed' | undefined => (out.includes(prompt.ready) ? 'ready' : err.includes(prompt.ask) ? 'asked' : exchange.closed ? 'closed' : undefined);
  // sudo is given the password only when it asks: a shell that needs none would take it for a command.
  const first = await exchange.until(look, within);
  if (first === 'ready' || first === 'closed') return;
  if (first === 'asked') exchange.channel.write(`${prompt.password.reveal()}\n`);
  const again = (): 'ready' | 'refused' | undefined => (out.includes(prompt.ready) ? 'ready' : exchange.closed || err.text.split(prompt.ask).length > 2 ? 'refused' : undefined);
  const second = first === 'asked' ? await exchange.until(again, within) : first;
  if (second === 'ready') return;
  exchange.abandon();
  throw sudoRefused(target, second === 'timedOut' ? `sudo did not answer within ${Math.round(within) / 1000} s` : err.text.replaceAll(prompt.ask, ''));
}

/** The failure for a user who may not become root. */
export function sudoRefused(target: Target, said: string): Failure {
  const words = lastWords({ code: 1, stdout: '', stderr: said }).replace(/\.$/, '');
  return new Failure('refused', `${place(target)}: ${target.user} may not become root: ${words}. sudoers needs a line such as: ${target.user} ALL=(ALL) NOPASSWD: ALL`, {
    host: target.name,
    next: `ssh ${target.user}@${target.address} sudo -n -l`,
  });
}

/** The failure for a shell that ended before it ran the script. */
export function shellRefused(target: Target, { exchange }: { exchange: Exchange }): Failure {
  const [stdout, stderr] = [exchange.out.text, exchange.err.text];
  const words = lastWords({ code: 1, stdout, stderr });
  if (target.user !== 'root' && /sudo/.test(stderr)) return sudoRefused(target, stderr);
  if (/syntax error/i.test(stderr)) return new Failure('failed', `${target.name}: the shell could not read the script, so nothing was run: ${words}`, { host: target.name });
  return new Failure('refused', `${place(target)}: its login shell does not start /bin/sh (${exchange.ended ?? 'closed'}): ${words}`, {
    host: target.name,
    next: `ssh ${target.user}@${target.address} /bin/sh -c true`,
  });
}
