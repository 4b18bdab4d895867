import { Failure, operation, os, type Operation } from '@keybuzz/sdk';

const supported: Readonly<Record<string, readonly string[]>> = { ubuntu: ['22.04', '24.04'], debian: ['12', '13'] };

/** The host runs a release this module was made for; otherwise nothing is changed on it. */
export const supportedSystem: Operation = operation({
  title: 'the operating system is Ubuntu 22.04 or 24.04, or Debian 12 or 13',
  look: { system: os() },
  change: ({ system }) => {
    if (supported[system.id]?.includes(system.version) === true) return [];
    throw new Failure('badConfig', `the operating system is ${system.id} ${system.version}, wanted Ubuntu 22.04 or 24.04, or Debian 12 or 13`, {
      next: 'reinstall the host with a supported image, or leave it out of the inventory',
    });
  },
});
