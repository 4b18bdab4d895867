#!/usr/bin/env node
import { enterTwin } from './enter-twin.ts';

// The controller's commands run inside the twin's network; nothing else is loaded before that is settled.
enterTwin(process.argv.slice(2));

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
// Idle sockets must not keep a finished command waiting; output is flushed first.
process.stdout.write('', () => process.exit());
