import { haproxy } from '@keybuzz/mod-haproxy';
import type { Port } from '@keybuzz/sdk';

/** Ports of a node and of the way to it through the proxies. */
export const port = { amqp: 5672, management: 15672, metrics: 15692, distribution: 25672, epmd: 4369 } as const;

const own = (number: number, purpose: string, from: Port['from'] = 'private'): Port => ({ port: number, protocol: 'tcp', from, purpose });

/** Every port that anything of this module listens on. */
export const ports: readonly Port[] = [
  own(port.amqp, 'amqp'),
  own(port.management, 'management'),
  own(port.metrics, 'metrics'),
  own(port.distribution, 'distribution', 'members'),
  own(port.epmd, 'epmd', 'members'),
  { ...own(port.amqp, 'amqp'), at: haproxy, balanced: true },
];
