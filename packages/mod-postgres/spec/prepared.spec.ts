import { describe, expect, it } from 'vitest';
import type { Connection } from '../src/client.ts';
import { preparedElsewhere } from '../src/prepared.ts';

interface Server {
  readonly pid: number;
  readonly prepared: Set<string>;
  busy: boolean;
}

/** A pooler by transaction, which prepares what a client has prepared wherever it is needed, or knows nothing of it. */
function pooler({ knows, others = 0 }: { knows: boolean; others?: number }) {
  const servers: Server[] = [];
  let taken = 0;
  const free = (): Server => {
    // Other clients' work takes the last used one away.
    const found = taken < others ? undefined : servers.toReversed().find(({ busy }) => !busy);
    taken += found === undefined && servers.length > 0 ? 1 : 0;
    if (found !== undefined) return found;
    const made = { pid: servers.length + 1, prepared: new Set<string>(), busy: false };
    servers.push(made);
    return made;
  };
  let open = 0;
  const connect = async (): Promise<never> => {
    open += 1;
    const own = new Set<string>();
    let held: Server | undefined;
    const query = async (asked: string | { name: string }): Promise<unknown> => {
      if (asked === 'begin') {
        held = free();
        held.busy = true;
        return { rows: [] };
      }
      const server = held ?? free();
      const { name } = asked as { name: string };
      const parses = !own.has(name) || knows;
      if (!parses && !server.prepared.has(name)) throw new Error(`prepared statement "${name}" does not exist`);
      own.add(name);
      server.prepared.add(name);
      return { rows: [{ pid: server.pid }] };
    };
    return { query, end: async () => void (open -= 1) } as never;
  };
  return { connect, open: () => open };
}

describe('the proof of prepared statements', () => {
  it('holds where the pooler prepares them on whichever server connection it gives', async () => {
    const { connect, open } = pooler({ knows: true });
    expect(await preparedElsewhere({} as Connection, connect)).toEqual({ holds: true, seen: 'prepared on one server connection, executed on another' });
    expect(open()).toBe(0);
  });

  it('fails where it does not, although the first server connection knows the statement', async () => {
    const { connect, open } = pooler({ knows: false });
    await expect(preparedElsewhere({} as Connection, connect)).rejects.toThrow('prepared statement "keybuzz_proof" does not exist');
    expect(open()).toBe(0);
  });

  it('is skipped where other clients keep the first server connection from being had', async () => {
    const { connect } = pooler({ knows: true, others: 9 });
    expect((await preparedElsewhere({} as Connection, connect)).holds).toBeUndefined();
  });
});
