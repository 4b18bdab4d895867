import { base } from '@keybuzz/mod-base';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';

/** KeyBuzz in production: the servers of the inventory and what runs on them. */
export const stack: StackDefinition = defineStack({
  name: 'keybuzz',
  inventory: '../inventory/servers.tsv',
  privateNetwork: '10.0.0.0/16',
  controller: 'install-01',
  modules: [use(base)],
});
