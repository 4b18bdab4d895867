import { file, fresh, ini, serviceRunning, type Operation } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

const jail = '/etc/fail2ban/jail.local';

/** fail2ban's jail for sshd; the private network is never banned, or a failing controller would lock itself out. */
export function jailLocal({ fail2ban, ssh }: BaseConfig, privateNetwork: string): string {
  return ini(
    {
      DEFAULT: { ignoreip: ['127.0.0.1/8', '::1', privateNetwork, ...ssh.adminNetworks].join(' '), bantime: fail2ban.banTime, findtime: fail2ban.findTime, maxretry: fail2ban.maxRetry },
      sshd: { enabled: 'true', backend: 'systemd', port: ssh.port },
    },
    { module: 'base' },
  );
}

/** Addresses that guess passwords are banned. */
export function guessersBanned(config: BaseConfig, privateNetwork: string): readonly Operation[] {
  return [file(jail, jailLocal(config, privateNetwork)), serviceRunning('fail2ban'), fresh('fail2ban', { files: [jail] })];
}
