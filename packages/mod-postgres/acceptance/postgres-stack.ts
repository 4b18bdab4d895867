import type { InferInput } from 'valibot';
import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { defineStack, use, type StackDefinition } from '@keybuzz/sdk';
import type { config as schema } from '../src/config.ts';
import { postgres } from '../src/index.ts';

/** PostgreSQL with what it requires, on the inventory of production, with a secret store of its own. */
export function postgresStack({ name, config }: { name: string; config: InferInput<typeof schema> }): StackDefinition {
  return defineStack({
    name,
    inventory: '../../../inventory/servers.tsv',
    controller: 'install-01',
    secrets: `${process.env['KB_ROOT'] ?? '.'}/secrets/postgres-acceptance.age`,
    modules: [
      use(base),
      use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }),
      use(postgres, { hosts: { role: 'db', subrole: 'postgres', pool: 'db-pool' }, config }),
    ],
  });
}
