import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { postgres } from '@keybuzz/mod-postgres';
import { rabbitmq } from '@keybuzz/mod-rabbitmq';
import { redis } from '@keybuzz/mod-redis';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';

/** KeyBuzz in production: the servers of the inventory and what runs on them. */
export const stack: StackDefinition = defineStack({
  name: 'keybuzz',
  inventory: '../inventory/servers.tsv',
  privateNetwork: '10.0.0.0/16',
  controller: 'install-01',
  modules: [
    use(base),
    // Hetzner's internal load balancer, checked as often as it can be.
    use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }),
    // The main cluster: those of Temporal and of the analytics are in pools of their own.
    use(postgres, { hosts: { role: 'db', subrole: 'postgres', pool: 'db-pool' } }),
    use(redis),
    use(rabbitmq),
  ],
});
