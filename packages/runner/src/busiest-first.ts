import { machineClock, type Host, type Pool, type Sessions } from '@keybuzz/sdk';

/** Milliseconds that the hosts with most to be asked are ahead of the others, at the most. */
const ahead = 500;

/**
 * Every host that has modules is called, those with several first: what they are asked builds on what they have answered, so a run ends
 * when they do. The others are called once these are connected, or after half a second.
 */
export function busiestFirst(pool: Pool, modules: ReadonlyMap<Host, number>): Sessions {
  const hosts = [...modules.keys()];
  const first = new Set(hosts.filter((host) => (modules.get(host) ?? 0) > 1).map(({ name }) => name));
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
