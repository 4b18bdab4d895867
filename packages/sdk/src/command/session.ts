import type { Readable } from 'node:stream';
import type { Command } from './command.ts';
import type { Result } from './result.ts';

/** How a batch of commands runs. */
export interface BatchOptions {
  /** After the first non-zero exit the rest is not run (changes); otherwise each runs whatever the others did (facts). */
  readonly stopAtFailure?: boolean;
  /** Milliseconds for the whole batch; its default is 60 000. Then the commands are killed and it fails as `timedOut`. */
  readonly within?: number;
  /** Called with output as it comes, already redacted and printable. */
  readonly onOutput?: (text: string) => void;
}

/** Where an uploaded file goes; it appears whole, with this owner and mode, or not at all. */
export interface UploadTarget {
  readonly path: string;
  /** Octal, 0o644 by default. */
  readonly mode?: number;
  /** `user:group`, the login user by default. */
  readonly owner?: string;
  /** Called as the content leaves, with the bytes of it that were sent so far. */
  readonly onProgress?: (sent: number) => void;
}

/** An open connection to one host. Everything that reaches a host goes through here. */
export interface Session {
  readonly host: string;
  /**
   * Runs the commands in order in one round trip; one Result for each that ran.
   * Throws Failure `unreachable`, `refused`, `hostKeyChanged`, `connectionLost`, `timedOut`; a non-zero exit does not throw.
   */
  run(commands: readonly Command[], options?: BatchOptions): Promise<readonly Result[]>;
  /** Sends a file of any size as one compressed stream and renames it into place. */
  upload(source: Readable | Uint8Array, target: UploadTarget): Promise<void>;
  /** Opens a second connection from nothing, proves that it works, and drops the first. */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}
