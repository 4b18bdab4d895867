import type { Host, Operation } from '@keybuzz/sdk';
import { Failure } from '@keybuzz/sdk';
import type { Answer } from './situation.ts';

/**
 * What speaks against a restart of the host's server now: another one that is not there, so that the master would be
 * without a replica, or nobody would lead. Nothing does when the server has no link itself: it helps nobody as it is.
 */
export function againstRestart(host: Pick<Host, 'name'>, answers: readonly Answer[], members: readonly Host[]): string | undefined {
  const own = answers.find((answer) => answer.host === host.name);
  if (own?.server === undefined || !own.server.linkUp) return undefined;
  return members.filter(({ name }) => name !== host.name).flatMap(({ name, address }) => {
    const asked = answers.find((answer) => answer.host === name);
    if (asked !== undefined) return asked.server === undefined ? `${name} does not answer` : asked.server.linkUp ? [] : `${name} has no link to its master`;
    // Not among the hosts that are worked on: the Sentinel knows.
    const entry = [own.sentinel?.master ?? {}, ...(own.sentinel?.replicas ?? [])].find(({ ip }) => ip === address);
    const well = entry !== undefined && !/down|disconnected/.test(entry['flags'] ?? '') && (entry['master-link-status'] ?? 'ok') === 'ok';
    return well ? [] : `its Sentinel does not find ${name} well`;
  })[0];
}

/** The operation, unless something speaks against its restart: then Failure `unsafe`. */
export function gated(host: Pick<Host, 'name'>, restarting: Operation, against: string | undefined): Operation {
  if (against === undefined) return restarting;
  return {
    ...restarting,
    changes: (seen, turn) => {
      const [restart] = restarting.changes(seen, turn);
      if (restart === undefined) return [];
      throw new Failure('unsafe', `${restart.summary}: not now, for ${against}, and the set would not stand the loss of ${host.name} as well`, { next: 'keybuzz health --only redis; when the others are well, run it again' });
    },
  };
}
