import { randomBytes } from 'node:crypto';
import type { Workload } from '@keybuzz/sdk';
import { connected, withClient, type Connection } from './client.ts';

// Less than the writer's patience of a second, so that a missing confirmation is told and not guessed.
const confirmation = 800;

/**
 * Numbers pushed to a list by an application's client. With `confirmed` a write counts once a replica has it too (WAIT):
 * what Redis promises to keep. A number may be there twice when an answer was lost.
 */
export function numberedPushes(to: () => Promise<Connection>, { confirmed }: { confirmed: boolean }): Workload {
  const key = `keybuzz:drill:${randomBytes(4).toString('hex')}`;
  return {
    connect: async () => {
      const client = await connected({ ...(await to()), within: 1000 });
      return {
        write: async (number) => {
          await client.rpush(key, String(number));
          if (confirmed && (await client.wait(1, confirmation)) < 1) throw new Error(`${number}: no replica confirmed it within ${confirmation} ms`);
        },
        close: async () => client.disconnect(),
      };
    },
    read: async () => withClient(connected({ ...(await to()), within: 10_000 }), async (client) => (await client.lrange(key, 0, -1)).map(Number)),
    cleanUp: async () => void (await withClient(connected({ ...(await to()), within: 10_000 }), (client) => client.del(key))),
  };
}
