import { connect } from 'node:net';
import type { Secret } from '@keybuzz/sdk';

/** With what a page is asked for, and a text that its answer must hold. */
export interface Asking {
  readonly user: string;
  readonly password: Secret;
  readonly holding?: string;
}

/** The HTTP status that a client sees within 5 s. Throws when nobody answers, or when the answer lacks what it must hold. */
export async function statusOf(url: string, asking?: Asking): Promise<number> {
  const headers = asking === undefined ? {} : { authorization: `Basic ${Buffer.from(`${asking.user}:${asking.password.reveal()}`).toString('base64')}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5000) });
  const body = await response.text();
  if (asking?.holding !== undefined && !body.includes(asking.holding)) throw new Error(`HTTP ${response.status} without ${asking.holding} in it`);
  return response.status;
}

/** Whether a TCP connection is made within 3 s. */
export function opens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 3000 });
    const ends = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => ends(true)).once('timeout', () => ends(false)).once('error', () => ends(false));
  });
}
