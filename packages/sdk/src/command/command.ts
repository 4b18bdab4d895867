import { inspect } from 'node:util';
import { Secret } from '../credentials/secret.ts';
import { quote } from './quote.ts';

/** What may stand in a command line: a word, several words, or a command that is already quoted. Never a Secret. */
export type Arg = string | number | Command | readonly (string | number)[];

/** What may enter a command by its standard input; secrets may only enter here. */
export type Input = string | Uint8Array | Secret;

/** A shell line, quoted by construction, with what it reads on its standard input. */
export class Command {
  readonly text: string;
  readonly input: Input | undefined;

  constructor(text: string, input?: Input) {
    this.text = text;
    this.input = input;
  }

  /** The same command reading `input`; without it a command reads nothing. */
  stdin(input: Input): Command {
    return new Command(this.text, input);
  }

  toString(): string {
    return this.text;
  }

  [inspect.custom](): string {
    return `sh\`${this.text}\``;
  }
}

/** A command whose interpolations are quoted as POSIX words; its literal text is taken as typed (raw). */
export function sh(literals: TemplateStringsArray, ...args: readonly Arg[]): Command {
  const text = literals.raw.reduce((line, literal, i) => line + word(args[i - 1] as Arg) + literal);
  return new Command(text);
}

/** The commands one after the other, each only if the one before succeeded. */
export function all(...commands: readonly Command[]): Command {
  if (commands.some((c) => c.input !== undefined)) throw new TypeError('a command with standard input cannot be joined to others: run it on its own');
  return new Command(commands.map((c) => c.text).join(' && '));
}

function word(arg: Arg): string {
  if ((arg as unknown) instanceof Secret) throw new TypeError('a secret cannot stand in a command line: pass it with .stdin(secret) or in a file of mode 0600');
  if (arg instanceof Command) {
    if (arg.input !== undefined) throw new TypeError('a command with standard input cannot stand inside another');
    return arg.text;
  }
  if (typeof arg === 'string') return quote(arg);
  if (typeof arg === 'number') return quote(String(arg));
  if (Array.isArray(arg)) return arg.map((each: string | number) => word(each)).join(' ');
  throw new TypeError(`not an argument of a command: ${inspect(arg)}`);
}

/** The bytes a command reads, secrets revealed: for the session that sends them, and for nothing else. */
export function inputBytes(input: Input): Uint8Array {
  if (input instanceof Secret) return new TextEncoder().encode(input.reveal());
  return typeof input === 'string' ? new TextEncoder().encode(input) : input;
}
