import { haproxy } from '@keybuzz/mod-haproxy';
import type { Port } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';

/** Ports of the set and of the ways to it through the proxies. */
export const port = { redis: 6379, reads: 6380, sentinel: 26_379 } as const;

/** Every port that anything of this module listens on. */
export function ports({ reads }: RedisConfig): readonly Port[] {
  const proxied = (number: number, purpose: string): Port => ({ port: number, protocol: 'tcp', from: 'private', purpose, at: haproxy, balanced: true });
  return [
    { port: port.redis, protocol: 'tcp', from: 'private', purpose: 'redis' },
    { port: port.sentinel, protocol: 'tcp', from: 'private', purpose: 'redis sentinel' },
    proxied(port.redis, 'redis master'),
    ...(reads ? [proxied(port.reads, 'redis replicas')] : []),
  ];
}
