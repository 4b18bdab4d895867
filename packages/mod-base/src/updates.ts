import { file, text, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

type Updates = BaseConfig['securityUpdates'];

/** Whether apt looks for updates and installs them, once a day. */
export function periodic({ enabled }: Updates): string {
  const days = enabled ? 1 : 0;
  return text`
    // Written by keybuzz (module base): edits here are overwritten.
    APT::Periodic::Update-Package-Lists "${days}";
    APT::Periodic::Unattended-Upgrade "${days}";
  `;
}

/** Which updates: never those of a cluster's own software, and never a reboot; a rolling reboot is an operator's act. */
export function unattended({ exclude }: Updates): string {
  return text`
    // Written by keybuzz (module base): edits here are overwritten.
    Unattended-Upgrade::Package-Blacklist {
      ${exclude.map((name) => `"${name}";`)}
    };
    Unattended-Upgrade::Automatic-Reboot "false";
  `;
}

/** Security updates install themselves, except where a restart must be planned. */
export function securityUpdates(updates: Updates): readonly Operation[] {
  return [
    file('/etc/apt/apt.conf.d/20auto-upgrades', periodic(updates)),
    // Sorts after 50unattended-upgrades, whose origins stay as the distribution wrote them.
    ...(updates.enabled ? [file('/etc/apt/apt.conf.d/52keybuzz-unattended', unattended(updates))] : []),
  ];
}
