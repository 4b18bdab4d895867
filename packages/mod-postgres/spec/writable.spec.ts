import { describe, expect, it } from 'vitest';
import type { Connection } from '../src/client.ts';
import { writableProbe, type WritableProbe } from '../src/writable.ts';

type Kind = 'primary' | 'cut off' | 'replica' | 'silent';

/** Members that answer as they are told to, and how many connections to them are open. */
function asked(kinds: Record<string, Kind>): { probe: WritableProbe; open: () => number } {
  let open = 0;
  const connect = async ({ address }: Connection): Promise<never> => {
    if (kinds[address] === 'silent') throw new Error('timeout expired');
    open += 1;
    const query = async (text: string): Promise<unknown> => {
      const kind = kinds[address];
      // A primary without its replicas answers questions and never hears that a write is on two hosts.
      if (kind === 'silent' || (kind === 'cut off' && text.startsWith('begin'))) throw new Error('Query read timeout');
      return { rows: [{ recovering: kind === 'replica' }] };
    };
    return { query, end: async () => void (open -= 1) } as never;
  };
  const members = Object.keys(kinds).map((name) => ({ name, connection: { address: name } as Connection }));
  return { probe: writableProbe(members, connect), open: () => open };
}

describe('the look for writable primaries', () => {
  it('names who acknowledges a write, and nobody else', async () => {
    expect(await asked({ a: 'primary', b: 'replica', c: 'replica' }).probe.writable()).toEqual(['a']);
    expect(await asked({ a: 'primary', b: 'primary', c: 'silent' }).probe.writable()).toEqual(['a', 'b']);
    expect(await asked({ a: 'cut off', b: 'primary', c: 'replica' }).probe.writable()).toEqual(['b']);
  });

  it('has seen nothing while no member answers, or before each has answered once', async () => {
    await expect(asked({ a: 'silent', b: 'silent', c: 'silent' }).probe.writable()).rejects.toThrow('a, b, c never answered');
    await expect(asked({ a: 'primary', b: 'replica', c: 'silent' }).probe.writable()).rejects.toThrow('c never answered');
    const kinds: Record<string, Kind> = { a: 'primary', b: 'replica' };
    const { probe } = asked(kinds);
    await probe.writable();
    kinds['b'] = 'silent';
    expect(await probe.writable()).toEqual(['a']);
    kinds['a'] = 'silent';
    await expect(probe.writable()).rejects.toThrow('no member answers');
  });

  it('leaves no connection open', async () => {
    const { probe, open } = asked({ a: 'primary', b: 'replica', c: 'replica' });
    await probe.writable();
    expect(open()).toBe(3);
    await probe.close();
    expect(open()).toBe(0);
  });
});
