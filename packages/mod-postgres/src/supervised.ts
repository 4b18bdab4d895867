import { dropIn, type Operation } from '@keybuzz/sdk';

const always = `[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=1
`;

/** What a unit needs besides. */
const besides: Readonly<Record<string, string>> = {
  // Where the device is, it is root's, and Patroni runs as postgres: as root, and no failure where there is none.
  patroni: 'ExecStartPre=+-/bin/chown postgres /dev/watchdog\n',
  // Each client and each server connection is a file; 1024 is systemd's usual bound, and PgBouncer stays within it.
  pgbouncer: 'LimitNOFILE=524288\n',
};

/** Where the settings of `supervised` are. */
export function supervisedBy(unit: string): string {
  return `/etc/systemd/system/${unit}.service.d/keybuzz.conf`;
}

/** The service comes back whatever ended it: the distribution leaves Patroni, etcd or PgBouncer dead after some of the ways to end. */
export function supervised(unit: string): Operation {
  return dropIn(unit, 'keybuzz', `${always}${besides[unit] ?? ''}`);
}
