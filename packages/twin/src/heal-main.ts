import { argv, stderr } from 'node:process';
import { heal } from './faults/register.ts';

// The watchdog of one fault, after its time: heals it whatever became of who made it.
const [, , name = '', id = ''] = argv;
try {
  await heal({ name, id });
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
