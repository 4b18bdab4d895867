import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineModule } from '@keybuzz/sdk';
import { config } from './config.ts';
import { configure as configureCluster } from './configure.ts';
import { credentials, namedCredentials } from './credentials.ts';
import { endpoints } from './endpoints.ts';
import { clusterHealth } from './health.ts';
import { install as installSoftware } from './install.ts';
import { drills } from './drills.ts';
import { notes } from './notes.ts';
import { ports } from './ports.ts';
import { leader, spare } from './spare.ts';
import { switchover } from './switchover.ts';
import { proofs } from './test.ts';

/** PostgreSQL on three hosts: Patroni chooses the primary, HAProxy leads to it, PgBouncer pools. */
export const postgres = defineModule({
  name: 'postgres',
  summary: 'PostgreSQL on three hosts: Patroni chooses the primary, HAProxy leads to it, PgBouncer pools.',
  requires: [base, haproxy],
  hosts: { query: { role: 'db', subrole: 'postgres' }, count: 3 },
  config,
  credentials,
  namedCredentials,
  ports,
  endpoints,
  install: installSoftware,
  configure: configureCluster,
  test: proofs,
  health: clusterHealth,
  drills,
  notes,
  switchover,
  leader,
  spare,
});

export const { install, configure, test, health } = postgres;
