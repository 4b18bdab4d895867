import { change, packageState, sh, unitState, type Change, type Operation, type Seen } from '@keybuzz/sdk';
import type { Api } from './api.ts';
import type { RabbitmqConfig } from './config.ts';
import { enabling, flagsLacking } from './feature-flags.ts';
import type { Critical } from './node-facts.ts';
import { service } from './places.ts';
import { drained, refuseCritical } from './restart.ts';
import { software } from './software.ts';
import { nodePackage, refuseJump } from './version.ts';

const installed = packageState(nodePackage);
const unit = unitState(service);

/** What the package's own operation wants, once it is known that the data can be taken there. */
function wantedOf(config: RabbitmqConfig): { readonly facts: Operation['facts']; readonly changes: (...given: Parameters<Operation['changes']>) => readonly Change[] } {
  const { node, version } = software(config);
  return {
    facts: [...node.facts, installed, unit],
    changes: (seen, turn) => {
      const wanted = node.changes(seen, turn);
      const now = seen(installed).version;
      if (wanted.length > 0 && now !== undefined && version !== undefined && touches(wanted)) refuseJump(now, version);
      return wanted;
    },
  };
}

const touches = (changes: readonly Change[]): boolean => changes.some((each) => each.touches.includes(`package:${nodePackage}`));

/** The package is there in its version where no node runs. */
export function installedWhereStopped(config: RabbitmqConfig): Operation {
  const { facts, changes } = wantedOf(config);
  return {
    title: `${nodePackage} is installed where no node runs`,
    facts,
    changes: (seen, turn) => {
      // A version that cannot be gone to is refused here, before the turn of any host that runs.
      const wanted = changes(seen, turn);
      return seen(unit).active ? [] : wanted;
    },
  };
}

/**
 * The node that runs has the wanted version: when no queue needs it, it hands over its leaders, stops, and starts anew.
 * What the old version still leaves switched off is switched on before, for the next may require it.
 */
export function upgraded(api: Api, { config, critical }: { config: RabbitmqConfig; critical: Critical }): readonly Operation[] {
  // The distribution's version is that of the host: nobody but the host takes it to another.
  if (config.source === 'distro') return [];
  const { facts, changes } = wantedOf(config);
  const flags = flagsLacking(api);
  return [{
    title: `${nodePackage} of the running node is in its wanted version`,
    facts: [...facts, critical, flags],
    changes: (seen: Seen, turn) => {
      const wanted = seen(unit).active ? changes(seen, turn) : [];
      if (!touches(wanted)) return wanted;
      refuseCritical(api.host, { needing: seen(critical), what: 'its new version' });
      return [
        ...enabling(seen(flags)),
        ...drained(api.host, seen(critical)),
        change(sh`systemctl stop ${service}`, { summary: `stop ${service} for its new version`, touches: [`stopped:${service}.service`], within: 300_000 }),
        ...wanted,
        change(sh`systemctl start ${service}`, { summary: `start ${service} in its new version`, touches: [`unit:${service}.service`], within: 900_000 }),
      ];
    },
  }];
}
