import type { Host } from '@keybuzz/sdk';

/** Names of the roles that the cluster itself needs. */
export const role = { admin: 'kb_admin', app: 'kb_app', replication: 'kb_repl', rewind: 'kb_rewind', pooler: 'pgbouncer' } as const;

/** Who may connect from where, and how they prove who they are: TLS and SCRAM, or a certificate for the pooler. */
export function hostBasedAccess(about: { members: readonly Host[]; proxies: readonly Host[]; network: string }): readonly string[] {
  const { members, proxies, network } = about;
  return [
    'local all postgres peer',
    'local all all scram-sha-256',
    ...members.flatMap(({ address }) => [
      `hostssl replication ${role.replication} ${address}/32 scram-sha-256`,
      `hostssl all ${role.rewind} ${address}/32 scram-sha-256`,
    ]),
    ...proxies.map(({ address }) => `hostssl all ${role.pooler} ${address}/32 cert`),
    `hostssl all all ${network} scram-sha-256`,
  ];
}
