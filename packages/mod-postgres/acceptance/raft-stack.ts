import type { StackDefinition } from '@keybuzz/sdk';
import { postgresStack } from './postgres-stack.ts';

/** PostgreSQL on Patroni's own Raft. */
export const stack: StackDefinition = postgresStack({ name: 'postgres-acceptance', config: { dcs: 'raft' } });
