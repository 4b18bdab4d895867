import type { Command } from '../command/index.ts';
import type { Fact } from './fact.ts';

/** What a change turns into what, for a reader of the plan. */
export type Difference =
  | { readonly kind: 'value'; readonly what: string; readonly from: string; readonly to: string }
  /** A file whose present text is only read when there is something to show. */
  | { readonly kind: 'text'; readonly path: string; readonly present: Fact<string>; readonly wanted: string };

/** Something to do on a host so that a wanted state becomes true. */
export interface Change {
  readonly command: Command;
  /** The change in words, for plans and logs. */
  readonly summary: string;
  /** Resources this change alters, such as `file:/etc/hosts`, `unit:ssh`, `package:ufw`, `apt:index`. */
  readonly touches: readonly string[];
  readonly difference?: Difference;
  /** Milliseconds it may take; 60 000 when not said. */
  readonly within?: number;
}

/** A change in full; a bare command is its own summary. */
export function change(command: Command, about: Partial<Omit<Change, 'command'>> = {}): Change {
  return { summary: command.text, touches: [], ...about, command };
}
