import type pg from 'pg';
import type { Secret } from '@keybuzz/sdk';

/** Where and as whom a client connects. */
export interface Connection {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret | string;
  readonly database: string;
  /** PEM of the stack's authority: the server must be who it says it is. Undefined: without TLS, which is to be refused. */
  readonly authority: string | undefined;
  /** Milliseconds for connecting, and for one answer; 5000 when not said. */
  readonly within?: number;
  /** How the server's list of sessions names it. */
  readonly program?: string;
}

/** A connected client that checks the server's certificate, as applications should. Errors after that are told by its queries. It is ended when it could not connect. */
export async function connected({ address, port, user, password, database, authority, within = 5000, program = 'keybuzz' }: Connection): Promise<pg.Client> {
  // Loaded when somebody connects: plans and health need no client, and would wait for it.
  const { default: { Client } } = await import('pg');
  const client = new Client({
    host: address,
    port,
    user,
    password: typeof password === 'string' ? password : password.reveal(),
    database,
    ssl: authority === undefined ? false : { ca: authority, rejectUnauthorized: true },
    connectionTimeoutMillis: within,
    query_timeout: within,
    application_name: program,
  });
  // Without a listener a connection that is cut would end the whole controller.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    void client.end().catch(() => undefined);
    throw error;
  }
  return client;
}

/** The work was done with a client that is closed afterwards, whatever happened. */
export async function withClient<T>(to: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connected(to);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
