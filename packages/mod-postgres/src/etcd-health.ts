import { fact, sh, type Command, type Fact, type Host } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/** Whether etcd on this host takes part in a majority: it says so only when a proposal of its own was agreed on. */
export function etcdHealthy(host: Host, layout: Layout): Fact<boolean> {
  return fact({ name: 'etcd', command: asked(host, { layout, path: '/health' }), anyExit: true, parse: ({ stdout }) => stdout.includes('"health":"true"') });
}

/** Whether etcd is led from this host. */
export function etcdLeads(host: Host, layout: Layout): Fact<boolean> {
  const metrics = asked(host, { layout, path: '/metrics' });
  return fact({ name: 'leader of etcd', command: sh`${metrics} | grep '^etcd_server_is_leader '`, anyExit: true, parse: ({ stdout }) => stdout.trim() === 'etcd_server_is_leader 1' });
}

function asked({ address }: Host, { layout, path }: { layout: Layout; path: string }): Command {
  const { authority, certificate, key } = etcdTls(layout);
  return sh`curl --silent --max-time 3 --cacert ${authority} --cert ${certificate} --key ${key} ${`https://${address}:${port.etcdClient}${path}`}`;
}
