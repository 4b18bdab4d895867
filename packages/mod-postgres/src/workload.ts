import { randomBytes } from 'node:crypto';
import type { Workload } from '@keybuzz/sdk';
import { connected, withClient, type Connection } from './client.ts';

/** How the sessions of a drill are named in pg_stat_activity. */
export const drillProgram = 'keybuzz-drill';

/** Numbered inserts, each a transaction of its own, by an application's client; a number may be there twice when an answer was lost. */
export function numberedInserts(connection: () => Promise<Connection>): Workload {
  const table = `keybuzz_drill_${randomBytes(4).toString('hex')}`;
  return {
    connect: async () => {
      const client = await connected({ ...(await connection()), within: 2000, program: drillProgram });
      await client.query(`create table if not exists ${table} (number int not null)`);
      return {
        write: async (number) => void (await client.query({ name: 'insert', text: `insert into ${table} values ($1)`, values: [number] })),
        close: () => client.end(),
      };
    },
    read: async () => withClient({ ...(await connection()), within: 30_000 }, async (client) => (await client.query<{ number: number }>(`select number from ${table}`)).rows.map(({ number }) => number)),
    cleanUp: async () => void (await withClient({ ...(await connection()), within: 10_000 }, (client) => client.query(`drop table if exists ${table}`))),
  };
}
