import type { StackDefinition } from '@keybuzz/sdk';
import { postgresStack } from './postgres-stack.ts';

/** With a parameter that PostgreSQL does not have. */
export const stack: StackDefinition = postgresStack({ name: 'postgres-acceptance', config: { parameters: { shared_bufers: '1GB' } } });
