import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import { benchStates } from './states.ts';

/** The benchmark's states on the servers of the inventory. */
export const stack: StackDefinition = defineStack({
  name: 'bench',
  inventory: '../../inventory/servers.tsv',
  controller: 'install-01',
  modules: [use(benchStates)],
});
