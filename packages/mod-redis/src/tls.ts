import { file, fresh, type Certificates, type Host, type IssuedCertificate, type Operation } from '@keybuzz/sdk';
import { asked, tell } from './cli.ts';
import type { Layout } from './layout.ts';
import { wantedOf, type RedisScope } from './members.ts';

/** The identities of the hosts by name; none without TLS. */
export type Identities = ReadonlyMap<string, IssuedCertificate>;

/** The identity of every host, valid for its own names and addresses and for those that clients reach it by through the proxies. */
export async function identitiesOf(scope: RedisScope): Promise<Identities> {
  if (!scope.config.tls) return new Map();
  const { proxies, entry } = wantedOf(scope);
  const through = [...proxies.map(({ address }) => address), entry];
  return new Map(await Promise.all(scope.cluster.hosts.map(async (host): Promise<[string, IssuedCertificate]> => [host.name, await identityOf(host, { certificates: scope.certificates, through })])));
}

function identityOf(host: Host, { certificates, through }: { certificates: Certificates; through: readonly string[] }): Promise<IssuedCertificate> {
  const names = [host.name, ...(host.fqdn === undefined ? [] : [host.fqdn]), 'localhost'];
  const addresses = [...new Set([host.address, '127.0.0.1', ...through])];
  // A server is a client of its master.
  return certificates.issue(host.name, { names, addresses, client: true });
}

/** The identity is on the host, and nobody but the services reads the key. */
export function identityFiles({ tls, user }: Layout, identity: IssuedCertificate | undefined): readonly Operation[] {
  if (tls === undefined) return [];
  const its = { group: user, mode: 0o640 };
  return [
    file(tls.authority, identity?.authority ?? '', its),
    file(tls.certificate, identity?.certificate ?? '', its),
    file(tls.key, identity?.key ?? '', its),
  ];
}

/** The directives that have a service show its certificate, and want one of its authority from whomever it connects to; clients have passwords. */
export function tlsDirectives({ tls }: Layout, port: number): readonly (readonly [string, string | number])[] {
  if (tls === undefined) return [['port', port]];
  return [
    ['port', 0],
    ['tls-port', port],
    ['tls-cert-file', tls.certificate],
    ['tls-key-file', tls.key],
    ['tls-ca-cert-file', tls.authority],
    ['tls-auth-clients', 'no'],
    ['tls-replication', 'yes'],
  ];
}

/** The server shows the certificate that is on its host, without a restart: it reads the files again when it is told their names. */
export function certificateTaken(scope: RedisScope): readonly Operation[] {
  const server = asked(scope, 'server');
  const { tls } = server.layout;
  if (tls === undefined) return [];
  const line = `CONFIG SET tls-cert-file ${tls.certificate} tls-key-file ${tls.key} tls-ca-cert-file ${tls.authority}`;
  return [fresh(server.layout.server.unit, { files: Object.values(tls), reload: { by: tell(server, [line]), noted: 'certificate' } })];
}

/** The authority that the proxies ask for when they check servers, where there is TLS. */
export const proxyAuthority = '/etc/keybuzz/redis-ca.pem';
