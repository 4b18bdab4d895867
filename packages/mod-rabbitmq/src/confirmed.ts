import type { ChannelModel, ConfirmChannel } from 'amqplib';

/** Publishes to a queue, one message after the other or many at once. */
export interface Publisher {
  /** Resolves when the broker has confirmed that it keeps the message; rejects when it refuses, has no such queue, or the connection is gone. */
  readonly publish: (queue: string, body: string | Uint8Array) => Promise<void>;
}

/** Rejects once the broker holds publishers back, as it does with an alarm; what they send then is confirmed when that ends, if ever. */
export function heldBack(client: ChannelModel): Promise<never> {
  return new Promise((_, reject) => void client.once('blocked', (reason: string) => reject(new Error(`publishers are held back: ${reason}`))));
}

/** A publisher whose every message is persistent, confirmed and returned when no queue takes it. */
export async function confirming(client: ChannelModel): Promise<Publisher & { readonly channel: ConfirmChannel }> {
  const channel = await client.createConfirmChannel();
  const open = new Map<string, (error: Error) => void>();
  let number = 0;
  const failAll = (error: Error): void => {
    for (const fail of open.values()) fail(error);
    open.clear();
  };
  channel.on('error', failAll);
  channel.on('close', () => failAll(new Error('the channel was closed')));
  channel.on('return', (message) => open.get(String(message.properties.messageId))?.(new Error('no queue took the message')));
  return {
    channel,
    publish: (queue, body) => new Promise<void>((resolve, reject) => {
      number += 1;
      const messageId = String(number);
      open.set(messageId, reject);
      channel.sendToQueue(queue, Buffer.from(body), { persistent: true, mandatory: true, messageId }, (error: Error | null) => {
        open.delete(messageId);
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    }),
  };
}
