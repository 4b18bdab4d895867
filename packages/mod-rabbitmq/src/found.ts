import { createHash } from 'node:crypto';
import { Failure, fileDigest, pathState, unitState, type OpenHost } from '@keybuzz/sdk';
import { databaseSeen } from './database.ts';
import type { RabbitmqScope } from './members.ts';
import { places, service } from './places.ts';
import type { Found } from './situation.ts';

/** One host before anything is done to it. */
export interface FoundHost extends Found {
  /** Whether its cookie is another than the wanted one; false when it has none. */
  readonly otherCookie: boolean;
  /** Whether its node is set up to speak with the others over TLS. */
  readonly tls: boolean;
}

/** What every host has. */
export async function foundOn({ cluster, credentials }: Pick<RabbitmqScope, 'cluster' | 'credentials'>): Promise<readonly FoundHost[]> {
  const wanted = createHash('sha256').update(credentials.cookie.reveal()).digest('hex');
  return cluster.each(async (host: OpenHost) => {
    const [database, unit, cookie] = [databaseSeen(host.name), unitState(service), fileDigest(places.cookie)];
    const interNode = pathState(places.interNode);
    const seen = await host.read([database, unit, cookie, interNode]);
    return { host: host.name, database: seen(database), running: seen(unit).active, otherCookie: ![undefined, wanted].includes(seen(cookie)), tls: seen(interNode).kind !== 'missing' };
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

/**
 * The cluster that runs speaks with TLS, or without, as is wanted. Throws Failure `unsafe` when it does not: a node that
 * speaks the one does not understand the other, so nodes that are restarted one after the other would be shut out.
 */
export function refuseOtherTls(found: readonly FoundHost[], { wanted, members }: { wanted: boolean; members: number }): void {
  const running = found.filter((each) => each.running);
  const others = running.filter(({ tls }) => tls !== wanted).map(({ host }) => host);
  // One that alone is otherwise cannot be in the cluster anyway: it is restarted.
  if (others.length === 0 || (running.length - others.length) * 2 > members) return;
  const [now, then] = wanted ? ['without TLS', 'over TLS'] : ['over TLS', 'without TLS'];
  throw new Failure('unsafe', `${others.join(', ')} ${others.length === 1 ? 'speaks' : 'speak'} with other nodes ${now}, wanted is ${then}, and neither understands the other: a restart of one after the other would end the cluster; nothing was touched`, {
    host: others[0],
    next: `when clients can do without it for a minute: systemctl stop ${service} on every host, then keybuzz rollout --only rabbitmq, which starts all of them ${then}`,
  });
}
