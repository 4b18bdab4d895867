import { perHost, type HostAct } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { software } from './software.ts';

/** RabbitMQ is on its hosts; nothing runs yet. */
export const install: HostAct<RabbitmqConfig, string> = perHost(async (host, { config }) => void (await host.ensure(...software(config))));
