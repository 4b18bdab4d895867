import { haproxy } from '@keybuzz/mod-haproxy';
import type { Port } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';

/** Ports of the cluster and of its way through the proxies. */
export const port = { postgres: 5432, replicas: 5433, pooler: 6432, patroni: 8008, etcdClient: 2379, etcdPeer: 2380, raft: 7000 } as const;

/** Every port that anything of this module listens on. */
export function ports({ dcs }: PostgresConfig): readonly Port[] {
  const own = (number: number, purpose: string, from: Port['from'] = 'private'): Port => ({ port: number, protocol: 'tcp', from, purpose });
  const proxied = (number: number, purpose: string): Port => ({ ...own(number, purpose), at: haproxy, balanced: true });
  return [
    own(port.postgres, 'postgres'),
    own(port.patroni, 'patroni'),
    ...(dcs === 'etcd' ? [own(port.etcdClient, 'etcd', 'members'), own(port.etcdPeer, 'etcd peers', 'members')] : [own(port.raft, 'raft', 'members')]),
    proxied(port.postgres, 'primary'),
    proxied(port.replicas, 'replicas'),
    proxied(port.pooler, 'pooler'),
  ];
}
