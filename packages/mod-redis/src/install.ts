import { perHost, type HostAct } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import { software } from './software.ts';

/** The server and Sentinel are on every host; nothing runs yet. */
export const installHosts: HostAct<RedisConfig, string> = perHost(async (host, { config }) => void (await host.ensure(...software(config))));
