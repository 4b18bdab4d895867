import { X509Certificate } from 'node:crypto';
import { isIPv6, SocketAddress } from 'node:net';
import { certificateBodies } from './pem.ts';

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** Such as `CN=db-master-01`; several attributes are joined by a comma. */
  readonly subject: string;
  /** DNS names. */
  readonly names: readonly string[];
  /** IP addresses. */
  readonly addresses: readonly string[];
  /** Good for TLS clients. */
  readonly client: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whole days until it ends; negative when it has. */
  daysLeft(now: Date): number;
}

const clientAuth = '1.3.6.1.5.5.7.3.2'; // id-kp-clientAuth, RFC 5280 4.2.1.12

/** The facts of the first certificate of a PEM text. Throws what node:crypto throws when there is none. */
export function certificateFacts(pem: string): CertificateFacts {
  const certificate = new X509Certificate(pem);
  const alternatives = (certificate.subjectAltName ?? '').split(', ');
  const of = (kind: string): string[] => alternatives.flatMap((each) => (each.startsWith(kind) ? [each.slice(kind.length)] : []));
  const notAfter = new Date(certificate.validTo);
  return {
    subject: certificate.subject.split('\n').join(', '),
    names: of('DNS:'),
    addresses: of('IP Address:').map(canonical),
    // Misnamed by Node: these are the extended usages.
    client: (certificate.keyUsage ?? []).includes(clientAuth),
    notBefore: new Date(certificate.validFrom),
    notAfter,
    daysLeft: (now) => Math.floor((notAfter.getTime() - now.getTime()) / 86_400_000),
  };
}

/** True when the authority's key has signed the certificate, both PEM. */
export function issuedBy(certificate: string, authority: string): boolean {
  const [its, issuer] = [new X509Certificate(certificate), new X509Certificate(authority)];
  return its.checkIssued(issuer) && its.verify(issuer.publicKey);
}

/** True when both PEM texts have the same certificates in the same order, whatever else stands in them. */
export function sameCertificates(one: string, other: string): boolean {
  return certificateBodies(one).join() === certificateBodies(other).join();
}

/** True when both lists have the same addresses, however they are written. */
export function sameAddresses(some: readonly string[], others: readonly string[]): boolean {
  const sorted = (list: readonly string[]): string => [...new Set(list.map(canonical))].toSorted().join();
  return sorted(some) === sorted(others);
}

function canonical(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}
