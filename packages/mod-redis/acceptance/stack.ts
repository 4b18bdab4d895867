import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import { redis } from '../src/index.ts';

const { KB_ROOT: root = '.', REDIS_CONFIG: config = '{}', REDIS_SUBROLE: subrole } = process.env;

/** Redis alone with what it requires, on the inventory of production; an acceptance changes its configuration through the environment. */
export const stack: StackDefinition = defineStack({
  name: 'redis-acceptance',
  inventory: '../../../inventory/servers.tsv',
  controller: 'install-01',
  secrets: `${root}/secrets/redis-acceptance.age`,
  modules: [
    use(base, { config: { docker: { source: 'none' } } }),
    use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }),
    use(redis, { config: JSON.parse(config) as object, ...(subrole === undefined ? {} : { hosts: { role: 'redis', subrole } }) }),
  ],
});
