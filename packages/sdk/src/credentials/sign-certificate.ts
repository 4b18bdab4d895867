import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier, AttributeTypeAndValue, AttributeValue, AuthorityKeyIdentifier, BasicConstraints, Certificate, Extension, Extensions, ExtendedKeyUsage, GeneralName,
  id_ce_authorityKeyIdentifier, id_ce_basicConstraints, id_ce_extKeyUsage, id_ce_keyUsage, id_ce_subjectAltName, id_ce_subjectKeyIdentifier, id_kp_clientAuth, id_kp_serverAuth,
  KeyIdentifier, KeyUsage, KeyUsageFlags, Name, RelativeDistinguishedName, SubjectAlternativeName, SubjectKeyIdentifier, SubjectPublicKeyInfo, TBSCertificate, Validity, Version,
} from '@peculiar/asn1-x509';
import { Failure } from '../command/failure.ts';
import type { CertificateWishes } from './certificates.ts';
import { pem, type Bundle } from './pem.ts';

/** Who a new certificate is for. */
export interface Subject extends CertificateWishes {
  /** The common name. */
  readonly name: string;
}

/** Years an authority lives. */
const authorityYears = 10;

/** Days a certificate lives: the limit for servers before 2020 (CA/Browser Forum ballot 193), which Apple's clients still hold private authorities to (HT210176). */
const certificateDays = 825;

const day = 86_400_000;

/** A certificate authority with that common name, self-signed, that may sign no other authority (RFC 5280 4.2.1.9). */
export function newAuthority(name: string, now: Date): Bundle {
  const { key, spki } = newKey();
  const notAfter = new Date(now);
  notAfter.setUTCFullYear(now.getUTCFullYear() + authorityYears);
  const extensions = [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), { critical: true }),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), { critical: true }),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(identifier(spki))),
  ];
  const subject = commonName(name);
  return signed({ subject, issuer: subject, notBefore: past(now), notAfter, spki, extensions }, { key, signer: key });
}

/** A new key and its certificate, which does not outlive the authority. Throws Failure `badConfig` for a name or an address that is none. */
export function newCertificate(subject: Subject, by: { authority: Bundle; now: Date }): Bundle {
  const issuer = AsnConvert.parse(der(by.authority.certificate), Certificate).tbsCertificate;
  const { key, spki } = newKey();
  const notBefore = past(by.now);
  const notAfter = new Date(Math.min(notBefore.getTime() + certificateDays * day - 1000, issuer.validity.notAfter.getTime().getTime()));
  const extensions = [
    extension(id_ce_basicConstraints, new BasicConstraints(), { critical: true }),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), { critical: true }),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth, ...(subject.client === true ? [id_kp_clientAuth] : [])])),
    ...alternatives(subject),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(identifier(spki))),
    extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(identifierOf(issuer)) })),
  ];
  return signed({ subject: commonName(subject.name), issuer: issuer.subject, notBefore, notAfter, spki, extensions }, { key, signer: createPrivateKey(by.authority.key) });
}

interface Unsigned {
  readonly subject: Name;
  readonly issuer: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly spki: SubjectPublicKeyInfo;
  readonly extensions: readonly Extension[];
}

/** How an authority signs, by the kind of its key. Not with Ed25519: PostgreSQL has no hash to bind a channel to (RFC 5929 4.1). */
const algorithms: Readonly<Record<string, AlgorithmIdentifier>> = {
  // ECDSA with SHA-256 (RFC 5758 3.2); our own, on P-256.
  ec: new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' }),
  // RSA with SHA-256, whose parameters are NULL (RFC 4055 5): an authority that was made elsewhere.
  rsa: new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters: Uint8Array.of(5, 0).buffer }),
};

function signed(unsigned: Unsigned, { key, signer }: { key: KeyObject; signer: KeyObject }): Bundle {
  const { subject, issuer, notBefore, notAfter, spki, extensions } = unsigned;
  const algorithm = algorithms[signer.asymmetricKeyType ?? ''];
  if (algorithm === undefined) throw new Failure('badConfig', `the key of the stack's certificate authority is ${signer.asymmetricKeyType ?? 'unknown'}, wanted one on an elliptic curve, or RSA`, { next: 'openssl ecparam -genkey -name prime256v1 makes one' });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serial(),
    signature: algorithm,
    issuer,
    validity: new Validity({ notBefore, notAfter }),
    subject,
    subjectPublicKeyInfo: spki,
    extensions: new Extensions([...extensions]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer);
  const certificate = new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue: bytes(signature) });
  return { key: key.export({ type: 'pkcs8', format: 'pem' }) as string, certificate: pem('CERTIFICATE', new Uint8Array(AsnConvert.serialize(certificate))) };
}

function newKey(): { key: KeyObject; spki: SubjectPublicKeyInfo } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: privateKey, spki: AsnConvert.parse(publicKey.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo) };
}

/** 128 bits, positive and not shorter than that. */
function serial(): ArrayBuffer {
  const random = randomBytes(16);
  random[0] = ((random[0] ?? 0) & 0x7f) | 0x40;
  return bytes(random);
}

/** Of a key: the first 160 bits of its SHA-256 (RFC 7093 2, method 1). */
function identifier(spki: SubjectPublicKeyInfo): ArrayBuffer {
  return bytes(createHash('sha256').update(new Uint8Array(spki.subjectPublicKey)).digest().subarray(0, 20));
}

/** Of an issuer: what it says of itself (RFC 5280 4.2.1.1), since an authority from elsewhere may count it in another way. */
function identifierOf({ extensions = new Extensions(), subjectPublicKeyInfo }: TBSCertificate): ArrayBuffer {
  const said = extensions.find(({ extnID }) => extnID === id_ce_subjectKeyIdentifier);
  return said === undefined ? identifier(subjectPublicKeyInfo) : AsnConvert.parse(said.extnValue.buffer, SubjectKeyIdentifier).buffer;
}

function alternatives({ name, names, addresses }: Subject): Extension[] {
  for (const each of names) if (!/^(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(each)) throw refused(name, `${JSON.stringify(each)} is no DNS name in lower case`);
  for (const each of addresses) if (isIP(each) === 0) throw refused(name, `${JSON.stringify(each)} is no IP address`);
  const all = [...names.map((dNSName) => new GeneralName({ dNSName })), ...addresses.map((iPAddress) => new GeneralName({ iPAddress }))];
  return all.length === 0 ? [] : [extension(id_ce_subjectAltName, new SubjectAlternativeName(all))];
}

function refused(name: string, why: string): Failure {
  return new Failure('badConfig', `the certificate ${name}: ${why}`, { next: 'correct the names of the inventory or of the stack' });
}

function commonName(text: string): Name {
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value: new AttributeValue({ utf8String: text }) })])]);
}

function extension(extnID: string, value: object, { critical = false } = {}): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** A day ago: the clocks of hosts may be behind. */
function past(now: Date): Date {
  return new Date(now.getTime() - day);
}

function der(certificate: string): Uint8Array {
  return new X509Certificate(certificate).raw;
}

function bytes(view: Uint8Array): ArrayBuffer {
  return Uint8Array.from(view).buffer;
}
