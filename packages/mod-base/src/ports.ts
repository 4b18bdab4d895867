import type { Port } from '@keybuzz/sdk';
import type { BaseConfig } from './config.ts';

/** SSH, from the private network and from the administrators' networks. */
export function ports({ ssh }: BaseConfig): readonly Port[] {
  const admins: Port[] = ssh.adminNetworks.length === 0 ? [] : [{ port: ssh.port, protocol: 'tcp', from: ssh.adminNetworks, purpose: 'ssh-admin' }];
  return [{ port: ssh.port, protocol: 'tcp', from: 'private', purpose: 'ssh' }, ...admins];
}
