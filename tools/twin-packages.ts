import { missingPackages } from '@keybuzz/twin';

// For .ci/run: the Debian packages that a twin needs and this machine lacks, on one line.
if (process.platform === 'linux') console.log(missingPackages().join(' '));
