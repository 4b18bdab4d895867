import { fact, sh, type Command, type Fact, type Host } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/** How many of these members take part in a majority, as each says of itself: only when a proposal of its own was agreed on. */
export function etcdHealthy(members: readonly Host[], layout: Layout): Fact<number> {
  return fact({ name: 'health of etcd', command: asked(members, { layout, path: '/health' }), anyExit: true, parse: ({ stdout }) => stdout.match(/"health": *"true"/g)?.length ?? 0 });
}

/** Whether etcd is led from this host. */
export function etcdLeads(host: Host, layout: Layout): Fact<boolean> {
  const metrics = asked([host], { layout, path: '/metrics' });
  return fact({ name: 'leader of etcd', command: sh`${metrics} | grep '^etcd_server_is_leader '`, anyExit: true, parse: ({ stdout }) => stdout.trim() === 'etcd_server_is_leader 1' });
}

function asked(members: readonly Host[], { layout, path }: { layout: Layout; path: string }): Command {
  const { authority, certificate, key } = etcdTls(layout);
  const urls = members.map(({ address }) => `https://${address}:${port.etcdClient}${path}`);
  return sh`curl --silent --max-time 3 --write-out ${String.raw`\n`} --cacert ${authority} --cert ${certificate} --key ${key} ${urls}`;
}
