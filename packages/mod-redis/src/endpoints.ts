import { haproxy } from '@keybuzz/mod-haproxy';
import type { Endpoint, Provision } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import { port } from './ports.ts';

/** Where applications connect: to the load balancer, or to the first proxy when there is none; or to the Sentinels, to be told who leads. */
export function endpoints(about: Provision<RedisConfig>): readonly Endpoint[] {
  const { config, hosts } = about;
  const { address, hosts: proxies } = about.provided(haproxy);
  const at = (number: number): string => `${config.tls ? 'rediss' : 'redis'}://${config.appUser}@${address ?? proxies[0]?.address ?? ''}:${number}`;
  return [
    { title: 'Redis, the master', url: at(port.redis) },
    ...(config.reads ? [{ title: 'Redis, the replicas', url: at(port.reads) }] : []),
    { title: 'Redis, the Sentinels', url: `${config.tls ? 'rediss' : 'redis'}+sentinel://${hosts.map((host) => `${host.address}:${port.sentinel}`).join(',')}/${config.masterName}` },
  ];
}
