import type pg from 'pg';
import { holds, type Outcome } from '@keybuzz/sdk';
import { connected, type Connection } from './client.ts';

type Client = Pick<pg.Client, 'query' | 'end'>;

/** Clients that may be needed to keep the first server connection busy: a pooler gives away the one that was used last. */
const mostHolders = 5;

/**
 * A statement that was prepared on one server connection of the pooler is executed on another, which the open
 * transaction of a second client enforces. Without that a pooler that knows nothing of prepared statements would do.
 */
export async function preparedElsewhere(to: Connection, connect: (to: Connection) => Promise<Client> = connected): Promise<Outcome> {
  const clients: Client[] = [];
  const another = async (): Promise<Client> => {
    const client = await connect(to);
    clients.push(client);
    return client;
  };
  try {
    const client = await another();
    const first = await backendOf(client);
    for (let holders = 0, held = 0; held !== first; holders += 1) {
      if (holders === mostHolders) return { holds: undefined, seen: `the pooler is too busy: ${mostHolders} other clients did not get the first server connection` };
      const holder = await another();
      await holder.query('begin');
      held = await backendOf(holder);
    }
    const second = await backendOf(client);
    return holds(second !== first, second === first ? 'one server connection served two clients at once' : 'prepared on one server connection, executed on another');
  } finally {
    // Ended clients end their transactions.
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

/** The server process that executed the client's prepared statement, which node-postgres prepares once a client. */
async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>({ name: 'keybuzz_proof', text: 'select pg_backend_pid() as pid' });
  return rows[0]?.pid ?? 0;
}
