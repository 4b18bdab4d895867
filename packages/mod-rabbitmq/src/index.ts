import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineModule } from '@keybuzz/sdk';
import { config } from './config.ts';
import { configure as configureCluster } from './configure.ts';
import { credentials } from './credentials.ts';
import { clusterHealth } from './health.ts';
import { drills } from './drills.ts';
import { endpoints } from './endpoints.ts';
import { install as installSoftware } from './install.ts';
import { withoutMajority } from './members.ts';
import { ports } from './ports.ts';
import { spare } from './spare.ts';
import { proofs } from './test.ts';

/** RabbitMQ on three hosts: one cluster, quorum queues, HAProxy in front of its running nodes. */
export const rabbitmq = defineModule({
  name: 'rabbitmq',
  summary: 'RabbitMQ on three hosts: one cluster, quorum queues, HAProxy in front of its running nodes.',
  requires: [base, haproxy],
  hosts: { query: { role: 'queue', subrole: 'rabbitmq' }, refused: withoutMajority },
  config,
  credentials,
  ports,
  endpoints,
  install: installSoftware,
  configure: configureCluster,
  test: proofs,
  health: clusterHealth,
  drills,
  spare,
});

export const { install, configure, test, health } = rabbitmq;
