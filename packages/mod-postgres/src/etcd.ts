import { directory, file, fresh, keyValue, serviceRunning, type Host, type Operation } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { supervised } from './supervised.ts';

/** Where Debian's unit reads its environment. */
export const etcdDefaults = '/etc/default/etcd';

/** Folder of the members' data; the package's own default is another one, so that nothing of it is taken for ours. */
export const etcdData = '/var/lib/etcd/keybuzz';

/** The certificate files of etcd, which runs as a user of its own. */
export function etcdTls(layout: Layout): Layout['tls'] {
  return { ...layout.tls, key: layout.tls.key.replace(/server\.key$/, 'etcd.key') };
}

/** How a member without data begins: it makes the cluster with the others, or joins the one they have. */
export type EtcdBegins = 'new' | 'existing';

/** The environment of one member; how it begins is of no matter once its data is there. */
export function etcdEnvironment(about: { host: Host; members: readonly Host[]; config: PostgresConfig; layout: Layout; begins: EtcdBegins }): string {
  const { host, members, config, layout, begins } = about;
  const { authority, certificate, key } = etcdTls(layout);
  const at = ({ address }: Host, number: number): string => `https://${address}:${number}`;
  return keyValue(
    {
      ETCD_NAME: host.name,
      ETCD_DATA_DIR: etcdData,
      ETCD_LISTEN_PEER_URLS: at(host, port.etcdPeer),
      ETCD_LISTEN_CLIENT_URLS: at(host, port.etcdClient),
      ETCD_INITIAL_ADVERTISE_PEER_URLS: at(host, port.etcdPeer),
      ETCD_ADVERTISE_CLIENT_URLS: at(host, port.etcdClient),
      ETCD_INITIAL_CLUSTER: members.map((member) => `${member.name}=${at(member, port.etcdPeer)}`).join(','),
      ETCD_INITIAL_CLUSTER_TOKEN: config.cluster,
      ETCD_INITIAL_CLUSTER_STATE: begins,
      ETCD_CERT_FILE: certificate,
      ETCD_KEY_FILE: key,
      ETCD_TRUSTED_CA_FILE: authority,
      ETCD_CLIENT_CERT_AUTH: true,
      ETCD_PEER_CERT_FILE: certificate,
      ETCD_PEER_KEY_FILE: key,
      ETCD_PEER_TRUSTED_CA_FILE: authority,
      ETCD_PEER_CLIENT_CERT_AUTH: true,
      // Patroni writes a few keys a loop: an hour of history is plenty, and the file stays small.
      ETCD_AUTO_COMPACTION_MODE: 'periodic',
      ETCD_AUTO_COMPACTION_RETENTION: '1h',
    },
    { separator: '=', module: 'postgres' },
  );
}

/** The member has its configuration; started with the others it forms the cluster. */
export function etcdRunning(about: Parameters<typeof etcdEnvironment>[0]): readonly Operation[] {
  return [
    directory(etcdData, { owner: 'etcd', mode: 0o700 }),
    file(etcdDefaults, etcdEnvironment(about)),
    supervised('etcd'),
    serviceRunning('etcd', { within: 180_000 }),
  ];
}

/** The member has read its configuration as it is now. */
export function etcdFresh(layout: Layout): Operation {
  return fresh('etcd', { files: [etcdDefaults, etcdTls(layout).certificate, etcdTls(layout).key] });
}
