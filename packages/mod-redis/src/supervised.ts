import { dropIn, unit, type Operation } from '@keybuzz/sdk';
import type { ServiceLayout } from './layout.ts';

/** Milliseconds that a server may take to read what it has, or to copy what its master has: some hundred gigabytes from a slow disk. */
export const loading = 3_600_000;

/**
 * The service starts with what it remembers and then with what is ours, which wins; it comes back whatever ended it, after
 * so many milliseconds. Both services rewrite the file that they are started with (CONFIG REWRITE), so that one is theirs.
 */
export function supervised(service: ServiceLayout, { restartAfter }: { restartAfter: number }): Operation {
  const { unit: name, program, memory, settings } = service;
  return dropIn(name, 'keybuzz', unit({
    Unit: { StartLimitIntervalSec: 0 },
    Service: {
      ExecStart: ['', `${program} ${memory} --include ${settings} --supervised systemd --daemonize no`],
      Restart: 'always',
      RestartSec: `${restartAfter}ms`,
      // It says that it is there once it has read all that it has, which may take longer than systemd waits by itself: it would be killed and begin again, for ever.
      TimeoutStartSec: 'infinity',
      // The distribution's unit waits for ever.
      TimeoutStopSec: 120,
    },
  }, { module: 'redis' }));
}
