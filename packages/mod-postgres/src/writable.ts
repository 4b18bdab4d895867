import type pg from 'pg';
import { connected, type Connection } from './client.ts';

/** Asks members directly, all along, whether they acknowledge writes. */
export interface WritableProbe {
  /** The members that acknowledged a write just now. Throws when that proves nothing: none answered, or one never did. */
  writable(): Promise<readonly string[]>;
  /** Its connections are closed. */
  close(): Promise<void>;
}

type Client = Pick<pg.Client, 'query' | 'end'>;

const patience = 600;

/**
 * A primary is a member that acknowledges a write, whatever it thinks of itself: one that was replaced and does not
 * know it yet gets no acknowledgement from its former replicas. Members that do not answer in 600 ms acknowledge nothing.
 */
export function writableProbe(members: readonly { readonly name: string; readonly connection: Connection }[], connect: (to: Connection) => Promise<Client> = connected): WritableProbe {
  const clients = new Map<string, Client>();
  const answered = new Set<string>();
  const ask = async (name: string, connection: Connection): Promise<boolean> => {
    try {
      const client = clients.get(name) ?? (await connect({ ...connection, within: patience }));
      clients.set(name, client);
      const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
      answered.add(name);
      if (rows[0]?.recovering !== false) return false;
      // A transaction identifier makes it a write that replicas must confirm.
      await client.query('begin; select pg_current_xact_id(); set local synchronous_commit = on; select pg_logical_emit_message(true, \'keybuzz\', \'probe\'); commit');
      return true;
    } catch (error) {
      void clients.get(name)?.end().catch(() => undefined);
      clients.delete(name);
      throw error;
    }
  };
  return {
    writable: async () => {
      const answers = await Promise.allSettled(members.map(({ name, connection }) => ask(name, connection)));
      const writable = answers.flatMap((answer, at) => (answer.status === 'fulfilled' && answer.value ? [members[at]?.name ?? ''] : []));
      if (writable.length > 1) return writable;
      const silent = members.filter(({ name }) => !answered.has(name)).map(({ name }) => name);
      if (silent.length > 0) throw new Error(`${silent.join(', ')} never answered`);
      if (answers.every(({ status }) => status === 'rejected')) throw new Error('no member answers');
      return writable;
    },
    close: async () => {
      await Promise.allSettled([...clients.values()].map((client) => client.end()));
      clients.clear();
    },
  };
}
