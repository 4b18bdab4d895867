import { machineClock, type Host, type Pool, type ReadStack, type Sessions } from '@keybuzz/sdk';

/** Milliseconds that the hosts with most to be asked are ahead of the others, at the most. */
const ahead = 500;

/**
 * Every host is called, those of several modules first: what they are asked builds on what they have answered, so a run ends
 * when they do. The others are called once these are connected, or after half a second.
 */
export function busiestFirst(pool: Pool, { uses }: ReadStack, hosts: readonly Host[]): Sessions {
  const modules = (host: Host): number => uses.filter((use) => use.hosts.some(({ name }) => name === host.name)).length;
  const first = new Set(hosts.filter((host) => modules(host) > 1).map(({ name }) => name));
  const call = (host: Host): ReturnType<Pool['session']> => pool.session(host);
  const begun = hosts.filter(({ name }) => first.has(name)).map((host) => call(host).catch(() => undefined));
  const turn = begun.length === 0 ? Promise.resolve() : Promise.race([Promise.all(begun), machineClock.pause(ahead)]);
  const session = async (host: Host): ReturnType<Pool['session']> => {
    if (!first.has(host.name)) await turn;
    return call(host);
  };
  for (const host of hosts) if (!first.has(host.name)) void session(host).catch(() => undefined);
  return { session, close: () => pool.close() };
}
