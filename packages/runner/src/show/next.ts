import type { FailureEvent } from '@keybuzz/sdk';

/** The failure in two parts: what was seen, and what to do next, which the host may have said, or which its kind suggests. */
export function withNext({ kind, message, next, host }: FailureEvent): { seen: string; next: string | undefined } {
  const lines = message.split('\n');
  const said = lines.map((line) => /^next: (.*)$/.exec(line)?.[1]).find((found) => found !== undefined);
  const seen = lines.filter((line) => !line.startsWith('next: ')).join('\n');
  return { seen, next: next ?? onHost(said, host) ?? suggested({ kind, seen, host }) };
}

function suggested({ kind, seen, host }: { kind: FailureEvent['kind']; seen: string; host: string }): string | undefined {
  if (/No space left on device/.test(seen)) return onHost('df -h', host);
  if (kind === 'connectionLost' || kind === 'timedOut') return 'run the same command again: it goes on from what it finds';
  return undefined;
}

function onHost(command: string | undefined, host: string): string | undefined {
  return command === undefined || host === '' ? command : `on ${host}: ${command}`;
}
