import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import { echo } from './echo.ts';

const { KB_ROOT: root = '.', ECHO_BACKEND: backend, ECHO_EXTRA: extra } = process.env;

/** The proxies with one small module behind them, whose fragment an acceptance changes through its environment. */
export const stack: StackDefinition = defineStack({
  name: 'haproxy-acceptance',
  inventory: '../../../inventory/servers.tsv',
  controller: 'install-01',
  secrets: `${root}/secrets.age`,
  modules: [
    use(base, { config: { docker: { source: 'none' } } }),
    use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }),
    use(echo, { config: { ...(backend === undefined ? {} : { backend }), ...(extra === undefined ? {} : { extra }) } }),
  ],
});
