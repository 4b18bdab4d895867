import { randomBytes } from 'node:crypto';
import { met, notYet, sh, waitFor, type Answer, type OpenHost, type Workload } from '@keybuzz/sdk';
import { connected, withClient, type Connection } from './client.ts';
import { confirming } from './confirmed.ts';
import { drained } from './drain.ts';
import { service } from './places.ts';
import { drillQueues } from './workload.ts';

/** Messages in one write of the long drill. */
const batch = 1000;
const writes = 1_000_000 / batch;
const size = 1024;

/** A workload that writes a million messages, and how far it is. */
export interface Million extends Workload {
  /** Whether all of them are confirmed. */
  readonly done: () => Answer<true>;
  /** Half of them are confirmed. */
  readonly half: () => Promise<void>;
}

/** A thousand persistent messages of 1 KiB at a time, confirmed each. */
export function million(connection: () => Connection): Million {
  const queue = `${drillQueues}${randomBytes(4).toString('hex')}`;
  const confirmed = new Set<number>();
  const taken: string[] = [];
  let declared = false;
  const reached = (count: number): Answer<true> => (confirmed.size >= count ? met(true) : notYet(`${confirmed.size * batch} messages confirmed`));
  return {
    every: 1,
    patience: 20_000,
    done: () => reached(writes),
    half: async () => void (await waitFor('half of the messages are confirmed', async () => reached(writes / 2), { within: 1_800_000, every: 500 })),
    connect: async () => {
      const client = await connected({ ...connection(), within: 2000 });
      const { channel, publish } = await confirming(client);
      if (!declared) await channel.assertQueue(queue, { durable: true });
      declared = true;
      return {
        write: async (number) => {
          await Promise.all(Array.from({ length: batch }, (_, at) => publish(queue, `${number}:${at}`.padEnd(size))));
          confirmed.add(number);
        },
        close: () => client.close(),
      };
    },
    read: async () => countsOf(await drained({ ...connection(), within: 30_000 }, queue, taken)),
    cleanUp: async () => void (await withClient({ ...connection(), within: 30_000 }, async (client) => (await client.createChannel()).deleteQueue(queue))),
  };
}

/** The numbers of whole writes among the messages: one that lacks a message is not there, one with a message twice is there twice. */
export function countsOf(bodies: readonly string[], whole = batch): readonly number[] {
  const seen = new Map<number, Uint16Array>();
  for (const body of bodies) {
    const [number = 0, at = 0] = body.split(':').map(Number);
    const counts = seen.get(number) ?? new Uint16Array(whole);
    counts[at] = (counts[at] ?? 0) + 1;
    seen.set(number, counts);
  }
  return [...seen].flatMap(([number, counts]) => Array.from({ length: Math.min(...counts) === 0 ? 0 : Math.max(...counts) }, () => number));
}

/** The node was restarted by its service, its leaders not handed over before: harder than an upgrade is, which drains it. */
export async function restarted(host: OpenHost): Promise<void> {
  await host.run(sh`systemctl restart ${service}`);
}
