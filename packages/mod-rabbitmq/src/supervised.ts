import { dropIn, type Operation } from '@keybuzz/sdk';
import { port } from './ports.ts';
import { places, service } from './places.ts';

// It is enabled as soon as its package is there: a host that boots half configured must not make a cluster of its own.
// A node that starts after all were off waits for those that stopped later than it: it may take as long as they need.
const always = `[Unit]
StartLimitIntervalSec=0
ConditionPathExists=${places.configuration}

[Service]
Restart=always
RestartSec=1
TimeoutStartSec=900
`;

/** The node starts only once its configuration is there, and comes back whatever ended it. */
export function supervised(): Operation {
  return dropIn(service, 'keybuzz', always);
}

/** Erlang's port mapper listens on the private side and for its own host only. */
export function epmdBound(address: string): Operation {
  return dropIn('epmd.socket', 'keybuzz', `[Socket]\nListenStream=\nListenStream=127.0.0.1:${port.epmd}\nListenStream=${address}:${port.epmd}\nFreeBind=true\n`);
}
