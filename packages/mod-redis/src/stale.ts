import { change, Failure, operation, type Host, type Operation } from '@keybuzz/sdk';
import { asked, tell } from './cli.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { port } from './ports.ts';
import { sentinelSaid } from './said.ts';
import type { Entry, Watching } from './watching.ts';

/**
 * Sentinel knows nobody but hosts of this stack. One that is gone for good would count for majorities and be chosen as
 * master: Sentinel forgets only when it is told to forget all, and finds the living anew. Never while a failover is going on.
 */
export function nobodyStale(scope: RedisScope): Operation {
  const { masterName } = scope.config;
  const { members } = wantedOf(scope);
  return operation({
    title: 'Sentinel knows nobody but hosts of this stack',
    look: { said: sentinelSaid(scope) },
    change: ({ said: { watching: now } }) => {
      const gone = now === undefined ? [] : staleOf(now, members);
      if (gone.length === 0 || /down|failover/.test(now?.master['flags'] ?? '')) return [];
      return [change(tell(asked(scope, 'sentinel'), [`SENTINEL RESET ${masterName}`]), {
        summary: `have Sentinel forget ${gone.join(', ')}`,
        touches: [],
        difference: { kind: 'value', what: 'known to Sentinel', from: gone.join(', '), to: 'nobody but hosts of this stack' },
      })];
    },
  });
}

/** No server or Sentinel takes part that is no host of this stack: it would be found again however often it is forgotten, and counts for majorities. Throws Failure `unsafe`. */
export function noStranger(scope: RedisScope): Operation {
  const { inventory } = scope;
  const { layout, members } = wantedOf(scope);
  return operation({
    title: 'nobody takes part but hosts of this stack',
    look: { said: sentinelSaid(scope) },
    change: ({ said: { watching: now } }) => {
      const [first, ...more] = now === undefined ? [] : strangersOf(now, members);
      if (first === undefined) return [];
      const place = inventory.hosts.find(({ address }) => first.endsWith(` ${address}`) || first.includes(` ${address}:`))?.name;
      throw new Failure('unsafe', `${[first, ...more].join(' and ')}${place === undefined ? '' : ` (${place})`} takes part, and is no host of this stack's redis: it counts for majorities and may be chosen as master`, {
        next: `on ${place ?? 'its host'}: systemctl disable --now ${first.startsWith('the Sentinel') ? layout.sentinel.unit : layout.server.unit}; a minute later run it again, and it is forgotten`,
      });
    },
  });
}

/** Those that are alive and no hosts of this stack, such as `the Sentinel 10.0.0.9:26379`. */
export function strangersOf({ replicas, sentinels }: Watching, members: readonly Pick<Host, 'address'>[]): readonly string[] {
  const own = (number: number, { ip, port: at = String(number) }: Entry): boolean => at === String(number) && members.some(({ address }) => address === ip);
  const of = (entries: readonly Entry[], about: { what: string; number: number }): readonly string[] =>
    entries.filter((entry) => !own(about.number, entry) && alive(entry)).map(({ ip = '', port: at = about.number }) => `${about.what} ${ip}:${at}`);
  return [...of(sentinels, { what: 'the Sentinel', number: port.sentinel }), ...of(replicas, { what: 'the replica', number: port.redis })];
}

/** Heard, or a Sentinel that cannot be reached but tells of itself through the servers, as each does every two seconds. */
function alive(entry: Entry): boolean {
  return present(entry) || Number(entry['last-hello-message'] ?? Infinity) < 10_000;
}

/** Whether the Sentinel that tells of it hears it. */
export function present({ flags = '' }: Entry): boolean {
  return !/down|disconnected/.test(flags);
}

/** Addresses of strangers that are gone, and hosts that are known by two identities because they were made anew. */
export function staleOf({ replicas, sentinels }: Watching, members: readonly Pick<Host, 'name' | 'address'>[]): readonly string[] {
  const known = new Map(members.map(({ name, address }) => [address, name]));
  const strangers = [...replicas, ...sentinels].filter((entry) => !alive(entry)).map(({ ip = '' }) => ip).filter((ip) => !known.has(ip));
  const doubles = members.filter(({ address }) => sentinels.filter(({ ip }) => ip === address).length > 1).map(({ name }) => `a former Sentinel of ${name}`);
  return [...new Set([...strangers, ...doubles])];
}
