import { perHost, type HostAct } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { software } from './software.ts';
import { epmdBound, supervised } from './supervised.ts';

/** RabbitMQ is on its hosts, and nothing runs yet: what its units go by is there before they are. */
export const install: HostAct<RabbitmqConfig, string> = perHost(async (host, { config }) => void (await host.ensure(epmdBound(host.address), supervised(), ...software(config))));
