import { createHash } from 'node:crypto';
import { banner, type Secret } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import type { CredentialName } from './credentials.ts';

type Passwords = Readonly<Record<CredentialName, Secret>>;

/** Names of the users of the servers, besides that of applications. */
export const user = { admin: 'kb_admin', replication: 'kb_repl', sentinel: 'kb_sentinel', haproxy: 'kb_haproxy' } as const;

/** The servers keep SHA-256 of a password; ours have 190 random bits, so it tells nothing. After a rotation the one before is let in until the new one is confirmed. */
const hashed = (password: Secret): string =>
  [password, ...(password.previous === undefined ? [] : [password.previous])].map((each) => `#${createHash('sha256').update(each.reveal()).digest('hex')}`).join(' ');

/** A user, and what it may do in the words of Redis. */
export interface User {
  readonly name: string;
  readonly rules: string;
}

/** Who may do what on a server; nobody without a password. What Sentinel and replicas need is what Redis documents for them. */
export function serverUsers({ appUser }: Pick<RedisConfig, 'appUser'>, passwords: Passwords): readonly User[] {
  return [
    { name: 'default', rules: 'off' },
    { name: user.admin, rules: `on ${hashed(passwords.admin)} ~* &* +@all` },
    // INFO is among the dangerous ones, and most client libraries begin with it.
    { name: appUser, rules: `on ${hashed(passwords.app)} ~* &* +@all -@admin -@dangerous +info +role` },
    { name: user.replication, rules: `on ${hashed(passwords.replication)} -@all +psync +replconf +ping` },
    { name: user.sentinel, rules: `on ${hashed(passwords.sentinel)} &* -@all +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill` },
    { name: user.haproxy, rules: `on ${hashed(passwords.haproxy)} -@all +ping +info` },
  ];
}

/** Whoever knows the password may ask and steer a Sentinel. */
export function sentinelUsers(passwords: Passwords): readonly User[] {
  return [{ name: 'default', rules: `on ${hashed(passwords['sentinel-clients'])} ~* &* +@all` }];
}

/** Users as a service reads them when it starts. */
export function aclFile(users: readonly User[]): string {
  return users.map(({ name, rules }) => `user ${name} ${rules}\n`).join('');
}

/** The first line of a settings file of ours. */
export const ours = banner('redis');
