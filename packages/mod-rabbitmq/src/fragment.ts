import { text, type Host } from '@keybuzz/sdk';
import { port } from './ports.ts';
import type { Timers } from './timers.ts';

// The first bytes of AMQP 0-9-1, and the number of Connection.Start, which only a node that serves answers with: one that is paused has closed its port.
const greeting = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1').toString('hex');
const connectionStart = '000a000a';

/** HAProxy's part for RabbitMQ: 5672 leads to the least busy of the nodes that answer as AMQP wants it. */
export function fragment({ proxy, members, timers }: { proxy: Host; members: readonly Host[]; timers: Timers }): string {
  const { checkInterval, fall } = timers;
  return text`
    listen rabbitmq
      bind ${proxy.address}:${port.amqp}
      mode tcp
      option tcplog
      balance leastconn
      # Far above the heartbeat: whoever is silent for longer is found by AMQP itself.
      timeout client 3h
      timeout server 3h
      timeout connect 1s
      timeout check ${checkInterval}ms
      retries 2
      option redispatch 1
      option tcp-check
      tcp-check connect
      tcp-check send-binary ${greeting}
      tcp-check expect binary ${connectionStart}
      default-server inter ${checkInterval}ms fastinter ${checkInterval / 2}ms downinter ${checkInterval}ms fall ${fall} rise 2 check on-marked-down shutdown-sessions
      ${members.map(({ name, address }) => `server ${name} ${address}:${port.amqp}`)}
  `;
}
