import { directory, file, type Certificates, type Host, type Operation, type Secret } from '@keybuzz/sdk';
import { etcdTls } from './etcd.ts';
import { tlsFolder, type Layout } from './layout.ts';

/** A certificate of the stack's authority, its key, and the authority. */
export interface Identity {
  readonly authority: string;
  readonly certificate: string;
  readonly key: Secret;
}

/** The identity of a database host, valid for its names, its address, and the address that clients use. */
export async function memberIdentity(host: Host, { certificates }: { readonly certificates: Certificates }, entry: string | undefined): Promise<Identity> {
  const names = [host.name, ...(host.fqdn === undefined ? [] : [host.fqdn]), 'localhost'];
  const addresses = [host.address, '127.0.0.1', ...(entry === undefined ? [] : [entry])];
  const [authority, issued] = await Promise.all([certificates.authority(), certificates.issue(host.name, { names, addresses, client: true })]);
  return { authority, ...issued };
}

/** The identity of the poolers: what clients see, and what they show PostgreSQL to look verifiers up. */
export async function poolerIdentity(proxies: readonly Host[], { certificates }: { readonly certificates: Certificates }, entry: string | undefined): Promise<Identity> {
  const names = proxies.flatMap((host) => [host.name, ...(host.fqdn === undefined ? [] : [host.fqdn])]);
  const addresses = [...proxies.map(({ address }) => address), ...(entry === undefined ? [] : [entry])];
  const [authority, issued] = await Promise.all([certificates.authority(), certificates.issue('pgbouncer', { names, addresses, client: true })]);
  return { authority, ...issued };
}

/** The identity is on the host, each key for the user of its service alone. */
export function memberTls(layout: Layout, identity: Identity, { etcd }: { etcd: boolean }): readonly Operation[] {
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
export function poolerTlsFiles(identity: Identity): readonly Operation[] {
  return [
    directory('/etc/keybuzz'),
    directory(tlsFolder),
    file(poolerTls.authority, identity.authority),
    file(poolerTls.certificate, identity.certificate),
    file(poolerTls.key, identity.key, { owner: 'postgres', mode: 0o600 }),
  ];
}
