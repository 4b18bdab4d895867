import { dropIn, type Operation } from '@keybuzz/sdk';

const always = `[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
`;

/** The service comes back whatever ended it: the distribution leaves Patroni, etcd or PgBouncer dead after some of the ways to end. */
export function supervised(unit: string): Operation {
  return dropIn(unit, 'keybuzz', always);
}
