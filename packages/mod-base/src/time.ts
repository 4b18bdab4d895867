import { container, directory, file, fresh, serviceRunning, text, timezone, when, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

const settings = '/etc/systemd/timesyncd.conf.d/50-keybuzz.conf';

/** The settings of systemd-timesyncd. */
export function timesyncdConf(servers: readonly string[]): string {
  return text`
    # Written by keybuzz (module base): edits here are overwritten.
    [Time]
    NTP=${servers.join(' ')}
  `;
}

/** The clock is right and shows the wanted zone. A container has its machine's clock: there nothing runs. */
export function rightTime({ timezone: zone, ntpServers }: BaseConfig): readonly Operation[] {
  return [
    timezone(zone),
    directory('/etc/systemd/timesyncd.conf.d'), file(settings, timesyncdConf(ntpServers)),
    ...[serviceRunning('systemd-timesyncd'), fresh('systemd-timesyncd', { files: [settings] })].map((o) => when(container(), (inside) => !inside, o)),
  ];
}
