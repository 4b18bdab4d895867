import { haproxy } from '@keybuzz/mod-haproxy';
import type { Endpoint, Provision } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { user } from './credentials.ts';
import { port } from './ports.ts';

/** The virtual host that applications work in: the first that their user may use. */
export function applicationVhost({ permissions, vhosts }: Pick<RabbitmqConfig, 'permissions' | 'vhosts'>): string {
  return (permissions?.map(({ vhost }) => vhost) ?? vhosts)[0] ?? '/';
}

/** Where applications connect: to the load balancer, or to the first proxy when there is none. */
export function endpoints(about: Provision<RabbitmqConfig>): readonly Endpoint[] {
  const { address, hosts } = about.provided(haproxy);
  return [{ title: 'RabbitMQ', url: `amqp://${user.app}@${address ?? hosts[0]?.address ?? ''}:${port.amqp}/${encodeURIComponent(applicationVhost(about.config))}` }];
}
