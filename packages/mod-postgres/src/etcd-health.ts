import { madeOf, type Fact, type Host } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import { replied, type Reply } from './https.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';

/** Whether the member takes part in a majority, as it says of itself: only when a proposal of its own was agreed on. */
export function etcdHealthy(member: Host, layout: Layout): Fact<boolean> {
  return madeOf('health of etcd', [etcdReply(member, { layout, path: '/health' })], (reply) => (reply?.document as { health?: unknown } | undefined)?.health === 'true');
}

/** Whether etcd is led from this host. */
export function etcdLeads(host: Host, layout: Layout): Fact<boolean> {
  return madeOf('leader of etcd', [etcdReply(host, { layout, path: '/v3/maintenance/status', body: {} })], (reply) => {
    const { header, leader } = (reply?.document ?? {}) as { header?: { member_id?: string }; leader?: string };
    return leader !== undefined && leader !== '0' && leader === header?.member_id;
  });
}

/** What the member answers at a path. Its calls of gRPC are there in JSON too, as Patroni itself makes them: starting etcdctl costs a host more than they do. */
export function etcdReply({ address }: Host, about: { layout: Layout; path: string; body?: object }): Fact<Reply | undefined> {
  const { layout, path, body } = about;
  const { authority, certificate, key } = etcdTls(layout);
  return replied({ url: `https://${address}:${port.etcdClient}${path}`, authority, identity: { certificate, key }, within: 3, ...(body === undefined ? {} : { data: JSON.stringify(body) }) });
}
