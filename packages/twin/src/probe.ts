import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { childScript } from './child-script.ts';
import { within } from './network.ts';

/** Milliseconds until each address's sshd greeted, seen from the controller; an address that did not within `ms` is absent. */
export async function waitForSshd(
  name: string,
  addresses: readonly string[],
  options: { readonly ms: number; readonly onReady?: (address: string, ms: number) => void },
): Promise<Map<string, number>> {
  const ready = new Map<string, number>();
  if (addresses.length === 0) return ready;
  const [file = '', ...before] = within(name);
  const child = spawn(file, [...before, process.execPath, childScript('probe-main'), `${options.ms}`, ...addresses], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const [address = '', ms = ''] = line.split(' ');
    ready.set(address, Number(ms));
    options.onReady?.(address, Number(ms));
  }
  await ended;
  return ready;
}
