import type { Redis } from 'ioredis';
import type { Secret } from '@keybuzz/sdk';

/** Where and as whom a client connects. */
export interface Connection {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | string;
  /** PEM of the stack's authority: the server must be who it says it is. Undefined: without TLS. */
  readonly authority?: string | undefined;
  /** Milliseconds for connecting, and for one answer; 5000 when not said. */
  readonly within?: number;
}

/** How a client finds the master through the Sentinels, without a proxy. */
export interface ThroughSentinels {
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly sentinelPassword: Secret;
  readonly masterName: string;
  /** As for a connection. */
  readonly authority?: string | undefined;
  readonly user: string;
  readonly password: Secret;
}

// One try: whoever tests or drills connects anew.
const once = { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0, enableOfflineQueue: false } as const;

/** A connected client. Throws when the server does not let it in. */
export async function connected({ address, port, user, password, authority, within = 5000 }: Connection): Promise<Redis> {
  const plain = typeof password === 'string' ? password : password.reveal();
  // Loaded when somebody connects: plans and health need no client, and would wait for it.
  const { Redis: Client } = await import('ioredis');
  return opened(new Client({ ...once, host: address, port, ...(authority === undefined ? {} : { tls: { ca: authority } }), username: user, password: plain, connectTimeout: within, commandTimeout: within, enableReadyCheck: false }));
}

/** A client connected to whoever the Sentinels call the master. */
export async function connectedThrough({ sentinels, sentinelPassword, masterName, user, password, authority }: ThroughSentinels): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  return opened(new Client({
    ...once,
    ...(authority === undefined ? {} : { tls: { ca: authority }, sentinelTLS: { ca: authority }, enableTLSForSentinelMode: true }),
    sentinels: sentinels.map((each) => ({ ...each })),
    name: masterName,
    sentinelPassword: sentinelPassword.reveal(),
    sentinelRetryStrategy: () => null,
    username: user,
    password: password.reveal(),
    connectTimeout: 5000,
    commandTimeout: 5000,
  }));
}

async function opened(client: Redis): Promise<Redis> {
  // Without a listener a connection that is cut would end the whole controller. What the server refused is told here, and only here.
  let refusal: Error | undefined;
  client.on('error', (error: Error) => {
    refusal ??= error;
  });
  try {
    await client.connect();
    await client.ping();
    return client;
  } catch (error) {
    client.disconnect();
    throw refusal ?? error;
  }
}

/** The work was done with a client that is closed afterwards, whatever happened. */
export async function withClient<T>(connecting: Promise<Redis>, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = await connecting;
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}
