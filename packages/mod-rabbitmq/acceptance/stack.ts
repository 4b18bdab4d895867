import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import { rabbitmq } from '../src/index.ts';

const { KB_ROOT: root = '.', RABBITMQ_SETTINGS: settings = '{}', RABBITMQ_CONTENT: content = '{}', RABBITMQ_HOSTS: hosts } = process.env;

/** RabbitMQ alone with what it requires, on the inventory of production, with a secret store of its own. */
export const stack: StackDefinition = defineStack({
  name: 'rabbitmq-acceptance',
  inventory: '../../../inventory/servers.tsv',
  controller: 'install-01',
  secrets: `${root}/secrets.age`,
  modules: [
    use(base, { config: { docker: { source: 'none' } } }),
    use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }),
    use(rabbitmq, { ...(hosts === undefined ? {} : { hosts: hosts.split(',') }), config: { settings: JSON.parse(settings) as Record<string, string>, ...(JSON.parse(content) as object) } }),
  ],
});
