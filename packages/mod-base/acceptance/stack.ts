import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import { base } from '@keybuzz/mod-base';

/** The base alone, on the inventory of production, with a secret store of its own. */
export const stack: StackDefinition = defineStack({
  name: 'base-acceptance',
  inventory: '../../../inventory/servers.tsv',
  controller: 'install-01',
  secrets: `${process.env['KB_ROOT'] ?? '.'}/secrets.age`,
  modules: [use(base)],
});
