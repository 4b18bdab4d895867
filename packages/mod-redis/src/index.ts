import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineModule } from '@keybuzz/sdk';
import { config } from './config.ts';
import { configure as configureSet } from './configure.ts';
import { credentials } from './credentials.ts';
import { drills } from './drills.ts';
import { endpoints } from './endpoints.ts';
import { leader } from './find-situation.ts';
import { setHealth } from './health.ts';
import { installHosts } from './install.ts';
import { ports } from './ports.ts';
import { spare } from './spare.ts';
import { switchover } from './switchover.ts';
import { proofs } from './test.ts';

/** Redis on three hosts: one master, its replicas, Sentinel to choose the next master, HAProxy to lead to it. */
export const redis = defineModule({
  name: 'redis',
  summary: 'Redis on three hosts: one master, its replicas, Sentinel to choose the next master, HAProxy to lead to it.',
  requires: [base, haproxy],
  hosts: { query: { role: 'redis' }, count: 3 },
  config,
  credentials,
  ports,
  endpoints,
  install: installHosts,
  configure: configureSet,
  test: proofs,
  health: setHealth,
  drills,
  switchover,
  leader,
  spare,
});

export const { install, configure, test, health } = redis;
