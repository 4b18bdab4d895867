import type { StackDefinition } from '@keybuzz/sdk';
import { postgresStack } from './postgres-stack.ts';

/** PostgreSQL on etcd. */
export const stack: StackDefinition = postgresStack({ name: 'postgres-acceptance', config: {} });
