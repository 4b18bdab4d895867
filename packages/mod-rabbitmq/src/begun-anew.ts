import { change, operation, sh, unitState, type Operation } from '@keybuzz/sdk';
import { nodeFiles, service } from './places.ts';

/**
 * No node goes on with a start that it began before its files were changed: with a wrong cookie it would wait minutes for
 * others that refuse it. It serves nobody yet, so it is ended like by a power cut, which its database is made for.
 */
export function startNotStale(): Operation {
  return operation({
    title: `${service} does not start with what its files were before`,
    look: { now: unitState(service) },
    change: ({ now }, { touched }) => [
      now.activeState === 'activating' && nodeFiles.some((path) => touched.includes(`file:${path}`)) &&
        change(sh`systemctl stop --no-block ${service}; systemctl kill --signal=KILL ${service}; systemctl stop ${service}`, {
          summary: `end the start of ${service} that began before its files were changed`,
          touches: [`stopped:${service}.service`],
          within: 120_000,
        }),
    ],
  });
}
