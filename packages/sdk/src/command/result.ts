/** What a command left: one shape for success and failure. Texts are UTF-8, control sequences not yet stripped. */
export interface Result {
  /** Exit status; 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Remote output is untrusted: escape sequences and control characters except newline and tab are gone. */
export function printable(text: string): string {
  return text
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\-_])/g, '')
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, '');
}

/** The last lines of what a failed command said, for an error message. */
export function lastWords(result: Result, lines = 5): string {
  const said = printable(result.stderr.trim() === '' ? result.stdout : result.stderr);
  return said.trimEnd().split('\n').slice(-lines).join('\n');
}
