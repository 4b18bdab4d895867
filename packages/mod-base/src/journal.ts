import { directory, file, fresh, text, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

const settings = '/etc/systemd/journald.conf.d/50-keybuzz.conf';

/** The settings of journald. */
export function journaldConf({ maxUse, keepFree }: BaseConfig['journal']): string {
  return text`
    # Written by keybuzz (module base): edits here are overwritten.
    [Journal]
    Storage=persistent
    SystemMaxUse=${maxUse}
    SystemKeepFree=${keepFree}
  `;
}

/** Logs survive a reboot and cannot fill the disk. */
export function boundedJournal(journal: BaseConfig['journal']): readonly Operation[] {
  return [directory('/etc/systemd/journald.conf.d'), file(settings, journaldConf(journal)), fresh('systemd-journald', { files: [settings] })];
}
