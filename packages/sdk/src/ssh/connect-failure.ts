import { Failure, printable } from '../command/index.ts';
import { place, type Target } from './target.ts';

/** How far an attempt to connect came. */
export type Phase = 'connecting' | 'greeting' | 'login';

/** An attempt to connect that ended with an error. */
export interface Attempt {
  readonly target: Target;
  readonly error: unknown;
  readonly phase: Phase;
  /** The identities that were offered. */
  readonly tried: readonly string[];
  readonly via: boolean;
}

const wrongs: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens on that port',
  EHOSTUNREACH: 'no route to it, or the host is down',
  ENETUNREACH: 'no route to its network',
  ETIMEDOUT: 'no answer: the host is down, or a firewall drops the packets',
  EHOSTDOWN: 'the host is down',
  ENOTFOUND: 'its address does not resolve',
  EAI_AGAIN: 'its address does not resolve now: the DNS server does not answer',
};

/** Whether the same attempt may succeed a moment later: the host hung up before it said who it is, as sshd's MaxStartups does. */
export function isTransient({ error, phase }: Attempt): boolean {
  if (error instanceof Failure || phase === 'login') return false;
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(error)) || /before handshake|No response from server/.test(messageOf(error));
}

/** The attempt as a Failure: `unreachable` or `refused`, with what to type next. */
export function connectFailure(attempt: Attempt): Failure {
  const { target, error, tried } = attempt;
  if (error instanceof Failure) return error;
  const host = target.name;
  const said = printable(messageOf(error));
  if (attempt.phase === 'login') {
    const what = tried.length === 0 ? 'there was no key to offer' : `it accepts none of: ${tried.join(', ')}`;
    const lost = codeOf(error) === 'ECONNRESET' || /No response/.test(said);
    if (lost) return new Failure('unreachable', `${place(target)} hung up during log-in (${said})`, { host, cause: error, next: retry(target) });
    return new Failure('refused', `${place(target)} refuses the log-in: ${what} (${said})`, { host, cause: error, next: byHand(target, tried) });
  }
  if (/^Handshake failed|host key|signature/i.test(said)) return new Failure('refused', `${place(target)}: no secure connection could be agreed on (${said})`, { host, cause: error, next: byHand(target, []) });
  const why = isTransient(attempt) ? 'it hung up before its greeting: too many connections at once (sshd MaxStartups), or fail2ban keeps us out' : (wrongs[codeOf(error)] ?? said);
  return new Failure('unreachable', `${place(target)} cannot be reached${attempt.via ? ' from the jump host' : ''}: ${why}`, { host, cause: error, next: nextFor(attempt) });
}

/** Every attempt together took longer than it may. */
export function tookTooLong(target: Target, { within, phase }: { within: number; phase: Phase }): Failure {
  const what = { connecting: 'no connection', greeting: 'connected, but sshd did not finish its greeting', login: 'connected, but the log-in did not finish' }[phase];
  return new Failure('unreachable', `${place(target)} cannot be reached: ${what} within ${within / 1000} s`, { host: target.name, next: retry(target) });
}

function nextFor({ target, error }: Attempt): string {
  return ['ENOTFOUND', 'EAI_AGAIN'].includes(codeOf(error)) ? `getent hosts ${target.address}` : retry(target);
}

function retry({ address, port = 22 }: Target): string {
  return `nc -vz ${address} ${port}`;
}

function byHand({ address, port = 22, user }: Target, tried: readonly string[]): string {
  const file = tried.find((t) => t.startsWith('/'))?.replace(/ \(encrypted\)$/, '');
  return `ssh -v${file === undefined ? '' : ` -i ${file}`}${port === 22 ? '' : ` -p ${port}`} ${user}@${address}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || codeOf(error) : String(error);
}
