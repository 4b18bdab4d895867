import { os, packages, perHost, when, type HostAct } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';
import { dockerSettings, dockerSource, dockerPackages } from './docker.ts';
import { supportedSystem } from './system.ts';

/** Every package of the base system is there; Docker starts at once with its final settings. */
export const installHosts: HostAct<BaseConfig, string> = perHost(async (host, { config }) => {
  await host.ensure(
    supportedSystem,
    // Before the packages: a daemon that first starts with these settings needs no restart afterwards.
    ...dockerSettings(config.docker, host.address),
    ...dockerSource(config.docker),
    ...[true, false].map((trixie) => when(os(), ({ codename }) => (codename === 'trixie') === trixie, packages([...needed(config), ...config.packages, ...dockerPackages(config.docker, trixie)]))),
  );
});

function needed({ audit, dns, securityUpdates }: BaseConfig): readonly string[] {
  return [
    'ca-certificates',
    'ufw',
    'fail2ban',
    // fail2ban reads the journal through it; without it the sshd jail has nothing to read and refuses to start.
    'python3-systemd',
    'logrotate',
    'systemd-timesyncd',
    ...(audit ? ['auditd'] : []),
    ...(securityUpdates.enabled ? ['unattended-upgrades'] : []),
    ...(dns.owner === 'resolved' ? ['systemd-resolved'] : []),
  ];
}
