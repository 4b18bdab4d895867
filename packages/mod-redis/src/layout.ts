import type { RedisConfig } from './config.ts';

/** One of the two services of a host. */
export interface ServiceLayout {
  readonly unit: string;
  readonly program: string;
  /** Ours: read at every start, after the service's own, so that it wins. */
  readonly settings: string;
  /** Ours: the users that the service knows. */
  readonly users: string;
  /** The service's own: it writes there who leads, and a copy of what it was told. */
  readonly memory: string;
}

/** Where things are on a host. */
export interface Layout {
  readonly server: ServiceLayout;
  readonly sentinel: ServiceLayout;
  /** Ours: the password that a replica shows its master. */
  readonly replication: string;
  /** Ours: the authority, and the certificate of the host with its key; undefined without TLS. */
  readonly tls: { readonly authority: string; readonly certificate: string; readonly key: string } | undefined;
  readonly cli: string;
  /** The account that both services run as. */
  readonly user: string;
  readonly dataDirectory: string;
}

/** The folder of what is ours; the services can read it and nobody else. */
export const folder = '/etc/keybuzz/redis';

/** The places that Debian's packages of the engine mean. */
export function layoutOf({ engine, tls }: Pick<RedisConfig, 'engine' | 'tls'>): Layout {
  const dataDirectory = `/var/lib/${engine}`;
  const service = (unit: string, name: string): ServiceLayout => ({
    unit,
    program: `/usr/bin/${unit}`,
    settings: `${folder}/${name}.conf`,
    users: `${folder}/${name}-users.acl`,
    memory: `${dataDirectory}/${name}.conf`,
  });
  return {
    server: service(`${engine}-server`, 'redis'),
    sentinel: service(`${engine}-sentinel`, 'sentinel'),
    replication: `${folder}/replication.conf`,
    tls: tls ? { authority: `${folder}/ca.pem`, certificate: `${folder}/server.pem`, key: `${folder}/server.key` } : undefined,
    cli: `${engine}-cli`,
    user: engine,
    dataDirectory,
  };
}
