import { dropIn, unit, type Operation } from '@keybuzz/sdk';
import type { ServiceLayout } from './layout.ts';

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
      // The distribution's unit waits for ever.
      TimeoutStopSec: 120,
    },
  }, { module: 'redis' }));
}
