import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IssuedCertificate } from '../../src/credentials/index.ts';
import { newAuthority } from '../../src/credentials/sign-certificate.ts';
import { placePerTest, wishes } from './certificate-store.ts';

const place = placePerTest();
const made = async (): Promise<{ authority: string; issued: IssuedCertificate }> => {
  place.now = new Date(); // openssl and TLS look at the machine's clock.
  const certificates = await place.certificates();
  return { authority: await certificates.authority(), issued: await certificates.issue('db-master-01', wishes) };
};

describe('a certificate, as others read it', () => {
  it('is verified by openssl, strictly, for servers and clients', async () => {
    const { authority, issued } = await made();
    const [trusted, its] = [join(place.folder, 'ca.pem'), join(place.folder, 'its.pem')];
    writeFileSync(trusted, authority);
    writeFileSync(its, issued.certificate);
    for (const purpose of ['sslserver', 'sslclient']) {
      expect(execFileSync('openssl', ['verify', '-x509_strict', '-purpose', purpose, '-verify_hostname', 'db-master-01', '-verify_ip', '10.0.0.120', '-CAfile', trusted, its]).toString()).toBe(`${its}: OK\n`);
    }
    const shown = (file: string): string[] => execFileSync('openssl', ['x509', '-in', file, '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump,no_serial,no_validity']).toString().split('\n').map((line) => line.trim());
    expect(shown(its)).toEqual(expect.arrayContaining(['Signature Algorithm: ecdsa-with-SHA256', 'CA:FALSE', 'Digital Signature', 'TLS Web Server Authentication, TLS Web Client Authentication']));
    expect(shown(trusted)).toEqual(expect.arrayContaining(['Signature Algorithm: ecdsa-with-SHA256', 'X509v3 Basic Constraints: critical', 'CA:TRUE, pathlen:0', 'X509v3 Key Usage: critical', 'Certificate Sign, CRL Sign']));
  });

  it('is verified when an authority that openssl made signed it, with an RSA key too; a key of another kind is refused', async () => {
    const elsewhere = async (kind: string): Promise<string> => {
      place.now = new Date();
      const [key, certificate] = [join(place.folder, 'theirs.key'), join(place.folder, 'theirs.pem')];
      execFileSync('openssl', ['req', '-x509', '-newkey', ...kind.split(' '), '-nodes', '-days', '900', '-subj', '/C=FR/O=KeyBuzz/CN=Databases', '-keyout', key, '-out', certificate], { stdio: 'ignore' });
      await (await place.open()).set('stack/authority', readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
      return certificate;
    };
    for (const kind of ['rsa:2048', 'ec -pkeyopt ec_paramgen_curve:secp384r1']) {
      const trusted = await elsewhere(kind);
      const { authority, issued } = await made();
      const its = join(place.folder, 'its.pem');
      writeFileSync(its, issued.certificate);
      expect(authority).toBe(readFileSync(trusted, 'utf8'));
      expect(execFileSync('openssl', ['verify', '-purpose', 'sslserver', '-verify_hostname', 'db-master-01', '-CAfile', trusted, its]).toString()).toBe(`${its}: OK\n`);
    }
    await elsewhere('ed25519');
    await expect(made()).rejects.toThrow("the key of the stack's certificate authority is ed25519, wanted one on an elliptic curve, or RSA");
  });

  it('is the authority\'s, for its names and addresses and no others, by Node', async () => {
    const { authority, issued } = await made();
    const [its, issuer] = [new X509Certificate(issued.certificate), new X509Certificate(authority)];
    expect([its.checkIssued(issuer), its.verify(issuer.publicKey), issuer.ca, its.ca]).toEqual([true, true, true, false]);
    expect([its.checkHost('db-master-01'), its.checkHost('db-slave-01')]).toEqual(['db-master-01', undefined]);
    expect([its.checkIP('10.0.0.120'), its.checkIP('fd00::1'), its.checkIP('10.0.0.121')]).toEqual(['10.0.0.120', 'fd00::1', undefined]);
    expect(its.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    for (const each of [its, issuer]) expect(each.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  it('serves TLS 1.3 and 1.2 to clients that know the authority, and knows its clients', async () => {
    const { authority, issued } = await made();
    const own = { ca: authority, cert: issued.certificate, key: issued.key.reveal() };
    const server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, (socket) => socket.end(String(socket.getPeerCertificate().subject.CN)));
    server.on('tlsClientError', () => {});
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.address() as AddressInfo;
    const call = (options: object): Promise<string> => new Promise((resolve, reject) => {
      let said = '';
      const socket: TLSSocket = connect({ host: '127.0.0.1', port, servername: 'localhost', ...options });
      socket.setEncoding('utf8').on('data', (text: string) => (said += text)).on('end', () => resolve(`${socket.getProtocol()} ${said}`)).on('error', reject);
    });
    try {
      expect(await call(own)).toBe('TLSv1.3 db-master-01');
      expect(await call({ ...own, maxVersion: 'TLSv1.2' })).toBe('TLSv1.2 db-master-01');
      await expect(call({ ca: authority })).rejects.toMatchObject({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
      await expect(call({ ...own, ca: newAuthority('keybuzz authority', place.now).certificate })).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
      await expect(call({ ...own, servername: 'db-slave-01' })).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    } finally {
      await new Promise((closed) => server.close(closed));
    }
  });
});
