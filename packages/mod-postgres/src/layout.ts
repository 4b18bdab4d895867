import type { PostgresConfig } from './config.ts';

/** Where things are on a database host. */
export interface Layout {
  /** Mode 0700, postgres's own. */
  readonly dataDirectory: string;
  /** Programs of this major version. */
  readonly binDirectory: string;
  readonly serverPackage: string;
  readonly tls: { readonly authority: string; readonly certificate: string; readonly key: string };
  readonly patroni: string;
}

/** Folder of the certificates; each service has its own key file in it. */
export const tlsFolder = '/etc/keybuzz/postgres';

/** The layout that the configuration means; Debian's places where Debian has one. */
export function layoutOf({ dataDirectory, version }: PostgresConfig): Layout {
  return {
    dataDirectory,
    binDirectory: `/usr/lib/postgresql/${version}/bin`,
    serverPackage: `postgresql-${version}`,
    tls: { authority: `${tlsFolder}/ca.pem`, certificate: `${tlsFolder}/server.pem`, key: `${tlsFolder}/server.key` },
    patroni: '/etc/patroni/config.yml',
  };
}
