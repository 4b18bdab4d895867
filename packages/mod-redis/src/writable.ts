import type { Redis } from 'ioredis';
import { connected, type Connection } from './client.ts';

/** Asks servers directly, all along, whether they acknowledge writes. */
export interface WritableProbe {
  /** The servers that acknowledged a write just now. */
  writable(): Promise<readonly string[]>;
}

/** Milliseconds that a server has for connecting, and for an answer. */
const patience = 600;

/**
 * A master is a server that acknowledges a write, whatever it thinks of itself: with `confirmed`, one that a replica has too.
 * The key it writes is gone after a minute.
 */
export function writableProbe(servers: readonly { readonly name: string; readonly connection: () => Promise<Connection> }[], { confirmed }: { confirmed: boolean }): WritableProbe {
  const clients = new Map<string, Redis>();
  const ask = async (name: string, connection: () => Promise<Connection>): Promise<string[]> => {
    try {
      const client = clients.get(name) ?? (await connected({ ...(await connection()), within: patience }));
      clients.set(name, client);
      await client.set('keybuzz:drill:writable', name, 'EX', 60);
      return !confirmed || (await client.wait(1, patience / 2)) >= 1 ? [name] : [];
    } catch {
      clients.get(name)?.disconnect();
      clients.delete(name);
      return [];
    }
  };
  return { writable: async () => (await Promise.all(servers.map(({ name, connection }) => ask(name, connection)))).flat() };
}
