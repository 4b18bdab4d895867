import { createHash } from 'node:crypto';
import { Failure, fileDigest, unitState, type OpenHost } from '@keybuzz/sdk';
import { databaseSeen } from './database.ts';
import type { RabbitmqScope } from './members.ts';
import { places, service } from './places.ts';
import type { Found } from './situation.ts';

/** One host before anything is done to it, and whether its cookie is another than the wanted one; false when it has none. */
export interface FoundHost extends Found {
  readonly otherCookie: boolean;
}

/** What every host has. */
export async function foundOn({ cluster, credentials }: Pick<RabbitmqScope, 'cluster' | 'credentials'>): Promise<readonly FoundHost[]> {
  const wanted = createHash('sha256').update(credentials.cookie.reveal()).digest('hex');
  return cluster.each(async (host: OpenHost) => {
    const [database, unit, cookie] = [databaseSeen(host.name), unitState(service), fileDigest(places.cookie)];
    const seen = await host.read([database, unit, cookie]);
    return { host: host.name, database: seen(database), running: seen(unit).active, otherCookie: ![undefined, wanted].includes(seen(cookie)) };
  });
}

/**
 * The cluster that runs has the wanted cookie. Throws Failure `unsafe` when most members run with another one: restarted
 * one after the other, each would be shut out by those that still have it.
 */
export function refuseOtherCookie(found: readonly FoundHost[], members: number): void {
  const others = found.filter(({ running, otherCookie }) => running && otherCookie).map(({ host }) => host);
  if (others.length * 2 <= members) return;
  throw new Failure('unsafe', `${others.join(', ')} run with another Erlang cookie than the wanted one, and nodes let in only whoever has their own: a restart of one after the other would end the cluster; nothing was touched`, {
    host: others[0],
    next: `when clients can do without it for a minute: systemctl stop ${service} on every host, then keybuzz rollout --only rabbitmq, which starts all with the new cookie`,
  });
}
