/** Options that every command on a stack understands. */
export interface Options {
  readonly stack?: string;
  readonly only?: readonly string[];
  readonly hosts?: string;
  readonly on?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly askSudo?: boolean;
}

/** What the exit status of the CLI means. */
export const exit = { done: 0, failed: 1, usage: 2, pending: 3, degraded: 4, interrupted: 130 } as const;
