import type { TwinState } from './state.ts';

/** A configuration for plain OpenSSH (`ssh -F FILE HOST`), to be used from inside the twin's network; all paths absolute. */
export function sshConfigText(state: Pick<TwinState, 'hosts' | 'keyFile' | 'knownHostsFile'>): string {
  const hosts = state.hosts.map((host) => `Host ${host.name} ${host.address}\n  HostName ${host.address}\n  User ${host.user}\n`);
  return `${hosts.join('')}Host *
  IdentityFile ${state.keyFile}
  IdentitiesOnly yes
  UserKnownHostsFile ${state.knownHostsFile}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  PreferredAuthentications publickey
  AddressFamily inet
`;
}
