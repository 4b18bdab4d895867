import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Machine } from './machine.ts';

/** What a program is called with. */
export interface Call {
  readonly machine: Machine;
  readonly args: readonly string[];
  readonly stdin: Uint8Array;
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string>;
  /** Runs a shell line on the same machine. */
  readonly shell: (text: string) => Promise<Output>;
  /** The shell's own program of that name, when this one stands in front of it. */
  readonly original: (args: readonly string[]) => Promise<Output>;
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A program of the fake machine. A text answered is its standard output. */
export interface Program {
  readonly name: string;
  /** /usr/bin/NAME when not said; a program of the shell itself has none. */
  readonly path?: string | null;
  /** The package that brings it; without one every machine has it. */
  readonly package?: string;
  readonly run: (call: Call) => Said | Promise<Said>;
}

type Said = string | undefined | Partial<Output>;

/** A program that was called in a way it does not know, or that could not do what was asked. */
export class ProgramError extends Error {
  readonly code: number;

  constructor(message: string, code = 1) {
    super(message);
    this.name = 'ProgramError';
    this.code = code;
  }
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Flags<T extends Options> = { readonly [K in keyof T]?: T[K] extends { type: 'boolean' } ? boolean : T[K] extends { multiple: true } ? string[] : string };

/** Flags and operands; a flag the program does not know is an error, as everything else here that is not known. */
export function parsed<const T extends Options>(args: readonly string[], options: T): { flags: Flags<T>; operands: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { flags: values as Flags<T>, operands: positionals };
  } catch (error) {
    throw new ProgramError(`the fake machine does not know this call: ${(error as Error).message.split('. ')[0]}`, 2);
  }
}

/** Shorthand for a program. */
export function program(name: string, run: Program['run'], about: Omit<Program, 'name' | 'run'> = {}): Program {
  return { name, run, ...about };
}
