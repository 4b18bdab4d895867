import type pg from 'pg';
import { connected, type Connection } from './client.ts';

/** Asks members directly, all along, whether they acknowledge writes. */
export interface WritableProbe {
  /** The members that acknowledged a write just now. */
  writable(): Promise<readonly string[]>;
}

const patience = 600;

/**
 * A primary is a member that acknowledges a write, whatever it thinks of itself: one that was replaced and does not
 * know it yet gets no acknowledgement from its former replicas. Members that do not answer in 600 ms acknowledge nothing.
 */
export function writableProbe(members: readonly { readonly name: string; readonly connection: Connection }[]): WritableProbe {
  const clients = new Map<string, pg.Client>();
  const ask = async (name: string, connection: Connection): Promise<string[]> => {
    try {
      const client = clients.get(name) ?? (await connected({ ...connection, within: patience }));
      clients.set(name, client);
      // A transaction identifier makes it a write that replicas must confirm.
      const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
      if (rows[0]?.recovering !== false) return [];
      await client.query('begin; select pg_current_xact_id(); set local synchronous_commit = on; select pg_logical_emit_message(true, \'keybuzz\', \'probe\'); commit');
      return [name];
    } catch {
      void clients.get(name)?.end().catch(() => undefined);
      clients.delete(name);
      return [];
    }
  };
  return { writable: async () => (await Promise.all(members.map(({ name, connection }) => ask(name, connection)))).flat() };
}
