import { perHost, type HostAct } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { software } from './software.ts';
import { epmdBound, supervised } from './supervised.ts';
import { installedWhereStopped } from './upgraded.ts';

/** RabbitMQ is on its hosts, and nothing was started: what its units go by is there before they are. A node that runs keeps its version until its turn comes. */
export const install: HostAct<RabbitmqConfig, string> = perHost(async (host, { config }) => {
  await host.ensure(epmdBound(host.address), supervised(), ...software(config).sources, installedWhereStopped(config));
});
