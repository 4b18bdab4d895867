import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Failure } from '../command/failure.ts';
import { certificateFacts, issuedBy, sameAddresses } from './certificate-facts.ts';
import { bundleText, readBundle, type Bundle } from './pem.ts';
import { authorityName } from './rotation.ts';
import { Secret } from './secret.ts';
import type { SecretStore } from './store.ts';

/** Whom a certificate speaks for, and whether its owner also calls others with it. */
export interface CertificateWishes {
  /** DNS names, such as db-master-01. */
  readonly names: readonly string[];
  /** IPv4 and IPv6 addresses. */
  readonly addresses: readonly string[];
  /** Good for TLS clients as well as for servers. */
  readonly client?: boolean;
}

/** A certificate that the stack's authority signed, its key, and the authority's own; all PEM. */
export interface IssuedCertificate {
  readonly authority: string;
  readonly certificate: string;
  /** PKCS#8. */
  readonly key: Secret;
}

/** What a module may ask of the stack's certificate authority. */
export interface Certificates {
  /** The authority's own certificate, PEM: what clients trust. It is made once, for 10 years. */
  authority(): Promise<string>;
  /**
   * The certificate with CN `name`, and its key: the same bytes in every run, issued anew only when it is missing, says
   * other than what is wished, is not of the present authority, or has less than 60 days to live.
   */
  issue(name: string, wishes: CertificateWishes): Promise<IssuedCertificate>;
}

/** Days before its end at which a certificate is issued anew: a rollout every two months never meets the end. */
export const renewalDays = 60;

/** The certificates of one module, kept in the store as `<module>/tls-<name>`. */
export function certificatesOf(store: Pick<SecretStore, 'renew'>, { stack, module }: { stack: string; module: string }): Certificates {
  const authority = async (): Promise<Bundle> => {
    const secret = await store.renew(authorityName, {
      good: (value, now) => usable(value, now),
      make: async (now) => bundleText((await import('./sign-certificate.ts')).newAuthority(`${stack} authority`, now)),
    });
    return readBundle(secret.reveal()) as Bundle;
  };
  return {
    authority: async () => (await authority()).certificate,
    issue: async (name, wishes) => {
      const issuer = await authority();
      const secret = await store.renew(`${module}/tls-${name}`, {
        good: (value, now) => stillGood(value, { name, wishes, authority: issuer.certificate, now }),
        make: async (now) => bundleText((await import('./sign-certificate.ts')).newCertificate({ name, ...wishes }, { authority: issuer, now })),
      });
      const { key, certificate } = readBundle(secret.reveal()) as Bundle;
      return { authority: issuer.certificate, certificate, key: Secret.of(secret.name, key) };
    },
  };
}

/** True of an authority in its time. Another one is never made on its own: every client would have to trust both first. */
function usable(value: string, now: Date): boolean {
  const bundle = readBundle(value);
  const next = `date; keybuzz secrets get ${authorityName} | openssl x509 -noout -dates`;
  if (bundle === undefined) throw new Failure('badConfig', `the secret ${authorityName} is no private key with its certificate in PEM`, { next });
  const { notBefore, notAfter } = certificateFacts(bundle.certificate);
  if (now >= notBefore && now < notAfter) return true;
  throw new Failure('badConfig', `the stack's certificate authority is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}, and here it is ${now.toISOString()}`, { next });
}

function stillGood(value: string, wanted: { name: string; wishes: CertificateWishes; authority: string; now: Date }): boolean {
  const bundle = readBundle(value);
  if (bundle === undefined) return false;
  try {
    const { name, wishes, now } = wanted;
    const facts = certificateFacts(bundle.certificate);
    // One issued anew could not outlive the authority.
    const lasting = facts.daysLeft(now) >= renewalDays || (now < facts.notAfter && facts.notAfter >= certificateFacts(wanted.authority).notAfter);
    return lasting && facts.notBefore <= now
      && facts.subject === `CN=${name}`
      && facts.names.toSorted().join() === [...new Set(wishes.names)].toSorted().join()
      && sameAddresses(facts.addresses, wishes.addresses)
      && facts.client === (wishes.client ?? false)
      && issuedBy(bundle.certificate, wanted.authority)
      && new X509Certificate(bundle.certificate).checkPrivateKey(createPrivateKey(bundle.key));
  } catch {
    return false; // Not readable: whoever wrote it, it serves nobody.
  }
}
