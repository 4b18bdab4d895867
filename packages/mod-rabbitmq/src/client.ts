import type { ChannelModel } from 'amqplib';
import type { Secret } from '@keybuzz/sdk';
import { port } from './ports.ts';

/** Where and as whom a client connects. */
export interface Connection {
  readonly address: string;
  readonly user: string;
  readonly password: Secret | string;
  readonly vhost: string;
  /** Milliseconds for connecting; 5000 when not said. */
  readonly within?: number;
}

/** A connected client. Errors after that are told by its channels. */
export async function connected({ address, user, password, vhost, within = 5000 }: Connection): Promise<ChannelModel> {
  const revealed = typeof password === 'string' ? password : password.reveal();
  // Loaded when somebody connects: plans and health need no client, and would wait for it.
  const { connect } = await import('amqplib');
  const client = await connect({ protocol: 'amqp', hostname: address, port: port.amqp, username: user, password: revealed, vhost, heartbeat: 10 }, { timeout: within });
  // Without a listener a connection that is cut would end the whole controller.
  client.on('error', () => undefined);
  return client;
}

/** The work was done with a client that is closed afterwards, whatever happened. */
export async function withClient<T>(to: Connection, work: (client: ChannelModel) => Promise<T>): Promise<T> {
  const client = await connected(to);
  try {
    return await work(client);
  } finally {
    await client.close().catch(() => undefined);
  }
}
