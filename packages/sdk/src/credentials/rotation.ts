import { Failure } from '../command/failure.ts';
import { certificateFacts, issuedBy } from './certificate-facts.ts';
import { bundleText, holdsPrivateKey, readBundle } from './pem.ts';
import { newValue } from './specification.ts';

/** Where the stack's certificate authority is in the store. */
export const authorityName = 'stack/authority';

/** Another value in place of this one: random text as long as it was, or for a certificate of ours a new key with the same name, names and addresses. Throws Failure `badConfig` for what cannot be made here. */
export async function rotated(name: string, about: { value: string; authority: string | undefined; now: Date }): Promise<string> {
  const { value, now } = about;
  if (name === authorityName) {
    throw new Failure('badConfig', `${name} cannot be rotated: every host would have to trust the old and the new authority for a while, which is not supported yet`, { next: 'keybuzz secrets list; every certificate it signed can be rotated by its name' });
  }
  if (!holdsPrivateKey(value)) return newValue(value.length);
  const [bundle, authority] = [readBundle(value), about.authority === undefined ? undefined : readBundle(about.authority)];
  if (bundle === undefined || authority === undefined || !issuedBy(bundle.certificate, authority.certificate)) {
    throw new Failure('badConfig', `${name} cannot be rotated: it is a private key that this stack's authority has not certified`, { next: `keybuzz secrets set ${name} <FILE` });
  }
  const { subject, names, addresses, client } = certificateFacts(bundle.certificate);
  const { newCertificate } = await import('./sign-certificate.ts');
  return bundleText(newCertificate({ name: subject.replace('CN=', ''), names, addresses, client }, { authority, now }));
}
