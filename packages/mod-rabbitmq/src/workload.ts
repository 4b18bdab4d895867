import { randomBytes } from 'node:crypto';
import type { Workload } from '@keybuzz/sdk';
import { connected, withClient, type Connection } from './client.ts';
import { confirming } from './confirmed.ts';
import { drained } from './drain.ts';

/** How the queues of drills begin. */
export const drillQueues = 'keybuzz_drill_';

/** Numbered messages, each confirmed, to a queue that is declared without a type; a number may be there twice when a confirmation was lost. */
export function numberedMessages(connection: () => Connection): Workload {
  const queue = `${drillQueues}${randomBytes(4).toString('hex')}`;
  const taken: string[] = [];
  let declared = false;
  return {
    connect: async () => {
      const client = await connected({ ...connection(), within: 2000 });
      const { channel, publish } = await confirming(client);
      // Once is enough: whoever asserts a queue waits for its leader, which may be what the drill takes away.
      if (!declared) await channel.assertQueue(queue, { durable: true });
      declared = true;
      return { write: (number) => publish(queue, String(number)), close: () => client.close() };
    },
    read: async () => (await drained({ ...connection(), within: 10_000 }, queue, taken)).map(Number),
    cleanUp: async () => void (await withClient({ ...connection(), within: 10_000 }, async (client) => (await client.createChannel()).deleteQueue(queue))),
  };
}
