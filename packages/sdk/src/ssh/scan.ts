import { Failure } from '../command/index.ts';
import { anyAlgorithms } from './algorithms.ts';
import { connectFailure } from './connect-failure.ts';
import { dial } from './dial.ts';
import { hostKeyOf, type HostKey } from './host-key.ts';
import type { Route } from './route.ts';
import { place } from './target.ts';

/** The key that the host shows first, unproven: nothing was logged in to. Throws Failure `unreachable`. */
export async function scan(route: Pick<Route, 'target' | 'forward'>, within = 10_000): Promise<HostKey> {
  const { target } = route;
  const stream = await dial(route);
  const { Client } = (await import('ssh2')).default;
  const client = new Client();
  try {
    if (stream.errored) throw stream.errored;
    return await new Promise<HostKey>((resolve, reject) => {
      client.on('error', reject);
      client.on('close', () => reject(new Error('it hung up before it showed a key')));
      const hostVerifier = (wire: Buffer): boolean => {
        resolve(hostKeyOf(wire));
        return false;
      };
      client.connect({ sock: stream, username: target.user, algorithms: anyAlgorithms, readyTimeout: within, hostVerifier });
    });
  } catch (error) {
    if (error instanceof Error && error.message.includes('Timed out')) {
      throw new Failure('unreachable', `${place(target)} showed no host key within ${within / 1000} s`, { host: target.name, cause: error });
    }
    throw connectFailure({ target, error, phase: 'greeting', tried: [], via: route.forward !== undefined });
  } finally {
    client.on('error', () => undefined);
    stream.destroy();
  }
}
