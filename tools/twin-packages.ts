import { checkMachine } from '@keybuzz/twin';

// For .ci/run: the Debian packages that a twin needs and this machine lacks, on one line.
const machine = await checkMachine();
console.log(machine.ok ? '' : machine.missing.join(' '));
