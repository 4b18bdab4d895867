import { madeOf, type Fact, type Host } from '@keybuzz/sdk';
import { etcdReply } from './etcd-health.ts';
import type { Reply } from './https.ts';
import type { Layout } from './layout.ts';

/** The value of a key as most members of etcd agreed on it; undefined when it is not there, or nobody can say. */
export function etcdValue(asked: Host, { layout, key }: { layout: Layout; key: string }): Fact<string | undefined> {
  return madeOf(`${key} in etcd`, [etcdReply(asked, { layout, path: '/v3/kv/range', body: { key: Buffer.from(key).toString('base64') } })], valueIn);
}

/** Etcd leaves an empty value out. */
function valueIn(reply: Reply | undefined): string | undefined {
  const { kvs = [] } = (reply?.status === 200 ? reply.document : {}) as { kvs?: readonly { value?: string }[] };
  return kvs.map(({ value = '' }) => Buffer.from(value, 'base64').toString('utf8'))[0];
}
