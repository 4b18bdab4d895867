import { change, operation, type Host, type Operation } from '@keybuzz/sdk';
import { tellSentinel } from './cli.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { watchingSeen, type Watching } from './watching.ts';

/**
 * Sentinel knows nobody but hosts of this stack. One that is gone for good would count for majorities and be chosen as
 * master: Sentinel forgets only when it is told to forget all, and finds the living anew. Never while a failover is going on.
 */
export function nobodyStale(scope: RedisScope): Operation {
  const { config, credentials } = scope;
  const { layout, members } = wantedOf(scope);
  const asked = { layout, password: credentials['sentinel-clients'] };
  return operation({
    title: 'Sentinel knows nobody but hosts of this stack',
    look: { now: watchingSeen(asked, config.masterName) },
    change: ({ now }) => {
      const gone = now === undefined ? [] : staleOf(now, members);
      if (gone.length === 0 || /down|failover/.test(now?.master['flags'] ?? '')) return [];
      return [change(tellSentinel(asked, [`SENTINEL RESET ${config.masterName}`]), {
        summary: `have Sentinel forget ${gone.join(', ')}`,
        touches: [],
        difference: { kind: 'value', what: 'known to Sentinel', from: gone.join(', '), to: 'nobody but hosts of this stack' },
      })];
    },
  });
}

/** Addresses of strangers, and hosts that are known by two identities because they were made anew. */
export function staleOf({ replicas, sentinels }: Watching, members: readonly Pick<Host, 'name' | 'address'>[]): readonly string[] {
  const known = new Map(members.map(({ name, address }) => [address, name]));
  const strangers = [...replicas, ...sentinels].map(({ ip = '' }) => ip).filter((ip) => !known.has(ip));
  const doubles = members.filter(({ address }) => sentinels.filter(({ ip }) => ip === address).length > 1).map(({ name }) => `a former Sentinel of ${name}`);
  return [...new Set([...strangers, ...doubles])];
}
