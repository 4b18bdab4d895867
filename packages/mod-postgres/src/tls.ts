import { directory, file, type Certificates, type Host, type IssuedCertificate, type Operation } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import { tlsFolder, type Layout } from './layout.ts';

/** The identity of a database host, valid for its names, its address, and the address that clients use. */
export function memberIdentity(host: Host, { certificates }: { readonly certificates: Certificates }, entry: string | undefined): Promise<IssuedCertificate> {
  const names = [host.name, ...(host.fqdn === undefined ? [] : [host.fqdn]), 'localhost'];
  const addresses = [host.address, '127.0.0.1', ...(entry === undefined ? [] : [entry])];
  return certificates.issue(host.name, { names, addresses, client: true });
}

/** The identity of the poolers: what clients see, and what they show PostgreSQL to look verifiers up. */
export function poolerIdentity(proxies: readonly Host[], { certificates }: { readonly certificates: Certificates }, entry: string | undefined): Promise<IssuedCertificate> {
  const names = proxies.flatMap((host) => [host.name, ...(host.fqdn === undefined ? [] : [host.fqdn])]);
  const addresses = [...proxies.map(({ address }) => address), ...(entry === undefined ? [] : [entry])];
  return certificates.issue('pgbouncer', { names, addresses, client: true });
}

/** The identity is on the host, each key for the user of its service alone. */
export function memberTls(layout: Layout, identity: IssuedCertificate, { etcd }: { etcd: boolean }): readonly Operation[] {
  return [
    directory('/etc/keybuzz'),
    directory(tlsFolder),
    file(layout.tls.authority, identity.authority),
    file(layout.tls.certificate, identity.certificate),
    file(layout.tls.key, identity.key, { owner: 'postgres', mode: 0o600 }),
    ...(etcd ? [file(etcdTls(layout).key, identity.key, { owner: 'etcd', mode: 0o600 })] : []),
  ];
}

/** Where the poolers' identity is on a proxy; PgBouncer runs as postgres. */
export const poolerTls = { authority: `${tlsFolder}/ca.pem`, certificate: `${tlsFolder}/pgbouncer.pem`, key: `${tlsFolder}/pgbouncer.key` } as const;

/** The poolers' identity is on the proxy. */
export function poolerTlsFiles(identity: IssuedCertificate): readonly Operation[] {
  return [
    directory('/etc/keybuzz'),
    directory(tlsFolder),
    file(poolerTls.authority, identity.authority),
    file(poolerTls.certificate, identity.certificate),
    file(poolerTls.key, identity.key, { owner: 'postgres', mode: 0o600 }),
  ];
}
