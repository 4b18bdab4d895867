import { randomBytes } from 'node:crypto';
import type { ConfirmChannel } from 'amqplib';
import { withClient, type Connection } from './client.ts';
import { confirming, heldBack } from './confirmed.ts';

/** Milliseconds without any message after which reading is given up. */
const patience = 20_000;
/** Messages answered together: a quorum queue hands out 2000 at most without an answer. */
const answeredAt = 500;

/**
 * Every message of the queue without blanks at its end, in the order it is delivered in, one of them as often as it is
 * there; they are taken out. `taken` keeps what was read when reading fails half-way, to go on from: a message of the
 * last few may then be in it twice, none is missing.
 */
export async function drained(to: Connection, queue: string, taken: string[] = []): Promise<readonly string[]> {
  await withClient(to, async (client) => {
    const { channel, publish } = await confirming(client);
    // A mark put at the end of the queue tells where it ends.
    const mark = `end ${randomBytes(8).toString('hex')}`;
    await Promise.race([publish(queue, mark), heldBack(client)]);
    await untilMarked(channel, { queue, mark, taken });
  });
  // Marks of readings that failed before are not messages of anybody.
  return taken.filter((body) => !body.startsWith('end '));
}

async function untilMarked(channel: ConfirmChannel, { queue, mark, taken }: { queue: string; mark: string; taken: string[] }): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let read = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      const wait = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => reject(new Error(`after ${read} messages none came for ${patience / 1000} s`)), patience);
      };
      wait();
      channel.on('close', () => reject(new Error('the channel was closed')));
      void channel.consume(queue, (message) => {
        if (message === null) return reject(new Error('the queue is gone'));
        wait();
        const body = message.content.toString().trimEnd();
        read += 1;
        if (body !== mark) taken.push(body);
        if (body === mark || read % answeredAt === 0) channel.ack(message, true);
        if (body === mark) resolve();
      }).catch(reject);
    });
  } finally {
    clearTimeout(timer);
  }
  // Closing waits for nothing: an answer that is on its way must have arrived.
  await channel.checkQueue(queue);
}
