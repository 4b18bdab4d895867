import type { FailureEvent } from '@keybuzz/sdk';

/** The failure in two parts: what was seen, and what to do next, which the host may have said, or which its kind suggests. */
export function withNext(failure: FailureEvent): { seen: string; next: string | undefined } {
  const { message, next, host } = failure;
  const lines = message.split('\n');
  const said = lines.map((line) => /^next: (.*)$/.exec(line)?.[1]).find((found) => found !== undefined);
  const seen = lines.filter((line) => !line.startsWith('next: ')).join('\n');
  return { seen, next: next ?? onHost(said, host) ?? suggested(failure) };
}

function suggested({ kind, message, output = '', host, module }: FailureEvent): string | undefined {
  const told = `${message}\n${output}`;
  if (/No space left on device/.test(told)) return onHost('df -h', host);
  if (/Could not get lock|lock-frontend/.test(told)) return onHost('fuser -v /var/lib/dpkg/lock-frontend', host);
  // What looks at the place where it happened says what is still not as wanted.
  const look = host !== '' ? `keybuzz plan --hosts ${host}` : module !== '' ? `keybuzz plan --only ${module}` : undefined;
  switch (kind) {
    case 'connectionLost':
    case 'timedOut': return 'run the same command again: it goes on from what it finds';
    case 'rolledBack': return `${look ?? 'keybuzz plan'}, which should find what was there before; if the host does not answer, on its console: journalctl -b -n 100`;
    case 'badConfig':
    case 'locked':
    case 'interrupted': return undefined;
    default: return look;
  }
}

function onHost(command: string | undefined, host: string): string | undefined {
  return command === undefined || host === '' ? command : `on ${host}: ${command}`;
}
