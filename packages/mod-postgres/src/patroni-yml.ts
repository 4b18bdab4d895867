import { Secret, yaml, type Credentials, type Host } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';
import { dynamicConfiguration } from './dynamic.ts';
import { hostBasedAccess, role } from './hba.ts';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { namespace } from './present-configuration.ts';

/** Credentials that Patroni needs, by their names in the store. */
export type PatroniCredentials = Credentials<'replication' | 'rewind' | 'patroni-api' | 'raft'>;

/** What a member's configuration is made from. */
export interface MemberInput {
  readonly host: Host;
  readonly members: readonly Host[];
  readonly proxies: readonly Host[];
  readonly network: string;
  readonly config: PostgresConfig;
  readonly layout: Layout;
  readonly credentials: PatroniCredentials;
  /** Version of the Patroni that is installed; '' when that is not known yet. */
  readonly patroni: string;
}

/** Name under which Patroni signs its REST API in. */
export const apiUser = 'patroni';

/** Folder of Patroni's own Raft. */
export const raftFolder = '/var/lib/keybuzz-raft';

/** The configuration of one member: a secret as a whole, since what it replaces may hold passwords that no store knows. */
export function patroniYml(input: MemberInput): Secret {
  const { host, members, config, layout, credentials } = input;
  const { tls, dataDirectory, binDirectory } = layout;
  const remote = (username: string, secret: PatroniCredentials[keyof PatroniCredentials]) => ({ username, password: secret.reveal(), sslmode: 'verify-ca', sslrootcert: tls.authority });
  const text = yaml(
    {
      scope: config.cluster,
      namespace,
      name: host.name,
      restapi: {
        listen: `${host.address}:${port.patroni}`,
        connect_address: `${host.address}:${port.patroni}`,
        certfile: tls.certificate,
        keyfile: tls.key,
        authentication: { username: apiUser, password: credentials['patroni-api'].reveal() },
      },
      ctl: { cacert: tls.authority },
      ...dcs(input, members),
      bootstrap: {
        dcs: dynamicConfiguration(input),
        initdb: ['data-checksums', { encoding: 'UTF8' }, { locale: config.locale }, { 'auth-local': 'peer' }, { 'auth-host': 'scram-sha-256' }],
      },
      postgresql: {
        // One address: Patroni takes the loopback for its own replication connection when it is there, which pg_hba does not let in.
        listen: `${host.address}:${port.postgres}`,
        connect_address: `${host.address}:${port.postgres}`,
        use_unix_socket: true,
        data_dir: dataDirectory,
        bin_dir: binDirectory,
        pgpass: '/var/lib/postgresql/.patroni-pgpass',
        authentication: {
          superuser: { username: 'postgres' },
          replication: remote(role.replication, credentials.replication),
          rewind: remote(role.rewind, credentials.rewind),
        },
        parameters: { unix_socket_directories: '/var/run/postgresql' },
        pg_hba: hostBasedAccess({ members, proxies: input.proxies, network: input.network }),
      },
      // Without the device Patroni says so once and goes on (docs/watchdog.rst, mode automatic).
      watchdog: { mode: 'automatic', device: '/dev/watchdog', safety_margin: 5 },
    },
    { module: 'postgres' },
  );
  return Secret.of('postgres/patroni.yml', text);
}

function dcs({ host, config, layout, credentials }: MemberInput, members: readonly Host[]): object {
  if (config.dcs === 'etcd') {
    const { authority, certificate, key } = layout.tls;
    return { etcd3: { hosts: members.map(({ address }) => `${address}:${port.etcdClient}`), protocol: 'https', cacert: authority, cert: certificate, key } };
  }
  const partners = members.filter(({ name }) => name !== host.name);
  return {
    raft: {
      data_dir: raftFolder,
      self_addr: `${host.address}:${port.raft}`,
      partner_addrs: partners.map(({ address }) => `${address}:${port.raft}`),
      password: credentials.raft.reveal(),
    },
  };
}
