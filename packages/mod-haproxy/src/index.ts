import { base } from '@keybuzz/mod-base';
import { defineModule, derived, generated, sha512Crypt } from '@keybuzz/sdk';
import { config } from './config.ts';
import { configureHosts } from './configure.ts';
import { hostsHealth } from './health.ts';
import { installHosts } from './install.ts';
import { ports } from './ports.ts';
import { proxies } from './proxies.ts';
import { proofs } from './test.ts';

/** HAProxy on the two hosts in front of PostgreSQL, Redis and RabbitMQ: each module adds a fragment of its own. */
export const haproxy = defineModule({
  name: 'haproxy',
  summary: 'HAProxy in front of PostgreSQL, Redis and RabbitMQ: one fragment a module, checked as a whole, reloaded without dropping connections.',
  requires: [base],
  hosts: { query: { role: 'lb', subrole: 'internal-haproxy' } },
  config,
  credentials: {
    stats: generated(),
    statsHash: derived({ from: 'stats', by: sha512Crypt }),
  },
  ports,
  loadBalancer: ({ loadBalancer }) => loadBalancer,
  provides: proxies,
  install: installHosts,
  configure: configureHosts,
  test: proofs,
  health: hostsHealth,
});

export const { install, configure, test, health } = haproxy;
export { authorityLine } from './authority-line.ts';
export { backendStates, type BackendState } from './backend-states.ts';
export { backendsOn, carrierOf, type BackendsOn } from './backends-on.ts';
export type { Proxies } from './proxies.ts';
