import { createHash } from 'node:crypto';
import { banner, type Secret } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';

type Passwords = Readonly<Record<CredentialName, Secret>>;

/** Names of the users of the servers, besides that of applications. */
export const user = { admin: 'kb_admin', replication: 'kb_repl', sentinel: 'kb_sentinel', haproxy: 'kb_haproxy' } as const;

/** The servers keep SHA-256 of a password; ours have 190 random bits, so it tells nothing. */
const hashed = (password: Secret): string => `#${createHash('sha256').update(password.reveal()).digest('hex')}`;

/** Who may do what on a server; nobody without a password. What Sentinel and replicas need is what Redis documents for them. */
export function serverUsers({ appUser }: Pick<RedisConfig, 'appUser'>, passwords: Passwords): string {
  return [
    'user default off',
    `user ${user.admin} on ${hashed(passwords.admin)} ~* &* +@all`,
    // INFO is among the dangerous ones, and most client libraries begin with it.
    `user ${appUser} on ${hashed(passwords.app)} ~* &* +@all -@admin -@dangerous +info +role`,
    `user ${user.replication} on ${hashed(passwords.replication)} -@all +psync +replconf +ping`,
    `user ${user.sentinel} on ${hashed(passwords.sentinel)} &* -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill`,
    `user ${user.haproxy} on ${hashed(passwords.haproxy)} -@all +ping +info`,
    '',
  ].join('\n');
}

/** Whoever knows the password may ask and steer a Sentinel. */
export function sentinelUsers(passwords: Passwords): string {
  return `user default on ${hashed(passwords['sentinel-clients'])} ~* &* +@all\n`;
}

/** The first line of a settings file of ours. */
export const ours = banner('redis');
