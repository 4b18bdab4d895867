import { packages, perHost, type HostAct } from '@keybuzz/sdk';
import type { HaproxyConfig } from './config.ts';

/** HAProxy of the distribution is there; what its package starts listens on nothing. */
export const installHosts: HostAct<HaproxyConfig, string> = perHost(async (host) => {
  await host.ensure(packages(['haproxy']));
});
