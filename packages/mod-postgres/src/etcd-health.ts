import { fact, sh, type Fact, type Host } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/** Whether etcd on this host takes part in a majority: it says so only when a proposal of its own was agreed on. */
export function etcdHealthy(host: Host, layout: Layout): Fact<boolean> {
  const { authority, certificate, key } = etcdTls(layout);
  return fact({
    name: 'etcd',
    command: sh`curl --silent --max-time 3 --cacert ${authority} --cert ${certificate} --key ${key} ${`https://${host.address}:${port.etcdClient}/health`}`,
    anyExit: true,
    parse: ({ stdout }) => stdout.includes('"health":"true"'),
  });
}
