import { spawn, type ChildProcess } from 'node:child_process';
import { framed, unframed, type Session } from '../../src/command/index.ts';
import { converge, type Applied, type Operation } from '../../src/converge/index.ts';

/** A session whose host is this machine: real `sh`, real coreutils. */
export function localSession(onStart: (child: ChildProcess) => void = () => {}): Session {
  return {
    host: 'here',
    run: (commands, { stopAtFailure = false } = {}) =>
      new Promise((resolve, reject) => {
        const mark = `mark-${Math.random().toString(36).slice(2)}`;
        const child = spawn('sh', { detached: true });
        onStart(child);
        const streams = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => void (streams[name] += text));
        child.on('error', reject).on('close', () => resolve(unframed(streams, mark)));
        child.stdin.on('error', () => {}).end(framed(commands, { mark, stopAtFailure }));
      }),
    upload: () => Promise.reject(new Error('not here')),
    reconnect: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

/** Converges the operations on this machine; what was done, in words. */
export async function ensured(operations: readonly Operation[], options: { mode?: 'plan' | 'apply'; session?: Session } = {}): Promise<readonly Applied[]> {
  const { mode = 'apply', session = localSession() } = options;
  return converge(operations, { session, mode, touched: [], redact: (text) => text, onChange: () => {} });
}
