import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { certificateFacts, certificatesOf, type CertificateWishes, type IssuedCertificate, type SecretStore } from '../../src/credentials/index.ts';
import { issuedBy } from '../../src/credentials/certificate-facts.ts';
import { newAuthority } from '../../src/credentials/sign-certificate.ts';
import { days, placePerTest, wishes } from './certificate-store.ts';

const place = placePerTest();
const issue = async (name = 'db-master-01', wanted: CertificateWishes = wishes): Promise<IssuedCertificate> => (await place.certificates()).issue(name, wanted);
const text = ({ certificate, key }: IssuedCertificate): string => certificate + key.reveal();
const value = async (name: string): Promise<string> => (await place.open()).get(name)?.reveal() ?? '';

describe('a certificate', () => {
  it('is the same to the byte in every run, and the store is not written again', async () => {
    const [first, authority] = [text(await issue()), await (await place.certificates()).authority()];
    const written = readFileSync(join(place.folder, 'x.age'), 'utf8');
    place.now = days(place.now, 700);
    expect(text(await issue())).toBe(first);
    expect(await (await place.certificates()).authority()).toBe(authority);
    expect(readFileSync(join(place.folder, 'x.age'), 'utf8')).toBe(written);
    expect((await place.open()).list()).toEqual([{ name: 'postgres/tls-db-master-01', origin: 'generated', ageDays: 700 }, { name: 'stack/authority', origin: 'generated', ageDays: 700 }]);
  });

  it('that stays is looked at without what signs certificates, which is slow to load', async () => {
    const first = text(await issue());
    vi.resetModules();
    vi.doMock('../../src/credentials/sign-certificate.ts', () => {
      throw new Error('was loaded');
    });
    const fresh = await import('../../src/credentials/index.ts');
    const certificates = fresh.certificatesOf(await place.open(), { stack: 'keybuzz', module: 'postgres' });
    expect(text(await certificates.issue('db-master-01', wishes))).toBe(first);
    await expect(certificates.issue('db-slave-01', wishes)).rejects.toThrow('error when mocking a module');
    vi.doUnmock('../../src/credentials/sign-certificate.ts');
    vi.resetModules();
  });

  it('is the same whatever the order and the writing of what is wished', async () => {
    const first = text(await issue());
    expect(text(await issue('db-master-01', { names: ['localhost', 'db-master-01', 'localhost'], addresses: ['FD00:0:0::1', '10.0.0.120'], client: true }))).toBe(first);
  });

  it.each<[string, CertificateWishes]>([
    ['another name', { ...wishes, names: ['db-master-01', 'localhost', 'db'] }],
    ['a name less', { ...wishes, names: ['db-master-01'] }],
    ['another address', { ...wishes, addresses: ['10.0.0.121', 'fd00::1'] }],
    ['no use as a client', { names: wishes.names, addresses: wishes.addresses }],
  ])('is issued anew for %s', async (_, other) => {
    const first = await issue();
    const second = await issue('db-master-01', other);
    expect(second.certificate).not.toBe(first.certificate);
    expect(second.key.equals(first.key)).toBe(false);
    const { names, addresses, client } = certificateFacts(second.certificate);
    expect({ names, addresses, client }).toEqual({ client: false, ...other });
    expect(text(await issue('db-master-01', other))).toBe(text(second));
  });

  it('is issued anew with less than 60 days to live, and not before', async () => {
    const first = await issue();
    const { notAfter } = certificateFacts(first.certificate);
    expect(notAfter).toEqual(new Date(days(place.now, 824).getTime() - 1000));
    place.now = days(notAfter, -60);
    expect(text(await issue())).toBe(text(first));
    place.now = new Date(place.now.getTime() + 1000);
    const second = await issue();
    expect(certificateFacts(second.certificate).daysLeft(place.now)).toBe(823);
    expect(text(await issue())).toBe(text(second));
  });

  it('that was issued by a clock ahead is issued anew', async () => {
    const authority = await (await place.certificates()).authority();
    place.now = days(place.now, 10);
    const early = await issue();
    place.now = days(place.now, -9.5);
    expect(text(await issue())).not.toBe(text(early));
    expect(await (await place.certificates()).authority()).toBe(authority);
  });

  it('of another authority is issued anew', async () => {
    const first = await issue();
    const { key, certificate } = newAuthority('keybuzz authority', place.now);
    await (await place.open()).set('stack/authority', certificate + key);
    const second = await issue();
    expect([issuedBy(first.certificate, certificate), issuedBy(second.certificate, certificate)]).toEqual([false, true]);
    expect(text(await issue())).toBe(text(second));
  });

  it('is not issued by an authority that cannot be read, which stays', async () => {
    await (await place.open()).set('stack/authority', 'nonsense');
    await expect(issue()).rejects.toThrow('the secret stack/authority is no private key with its certificate in PEM');
    expect((await place.open()).list().map((each) => each.name)).toEqual(['stack/authority']);
  });

  it.each(['nonsense', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])('is issued in place of %j', async (broken) => {
    await (await place.open()).set('postgres/tls-db-master-01', broken);
    expect(certificateFacts((await issue()).certificate).subject).toBe('CN=db-master-01');
  });

  it('with the key of another is issued anew', async () => {
    const [one, two] = [await issue(), await issue('db-slave-01')];
    await (await place.open()).set('postgres/tls-db-master-01', two.key.reveal() + one.certificate);
    expect(text(await issue())).not.toContain(two.key.reveal());
  });

  it('never outlives the authority, and is then left as it is', async () => {
    const { notAfter } = certificateFacts(await (await place.certificates()).authority());
    place.now = days(notAfter, -30);
    const last = await issue();
    expect(certificateFacts(last.certificate).notAfter).toEqual(notAfter);
    expect(text(await issue())).toBe(text(last));
    place.now = notAfter;
    await expect(issue()).rejects.toMatchObject({ kind: 'badConfig', message: "the stack's certificate authority is valid from 2026-11-23T12:00:00.000Z to 2036-11-24T12:00:00.000Z, and here it is 2036-11-24T12:00:00.000Z", context: { next: 'date; keybuzz secrets get stack/authority | openssl x509 -noout -dates' } });
  });

  it.each<[string, CertificateWishes, string]>([
    ['db', { names: ['db master'], addresses: [] }, 'the certificate db: "db master" is no DNS name in lower case'],
    ['db', { names: [], addresses: ['10.0.0.300'] }, 'the certificate db: "10.0.0.300" is no IP address'],
    ['Db', { names: [], addresses: [] }, 'postgres/tls-Db is no name of a secret, wanted one such as postgres/app'],
  ])('%s for %j is refused', async (name, wanted, message) => {
    await expect(issue(name, wanted)).rejects.toThrow(message);
  });
});

describe('modules and operators that ask at the same time', () => {
  const ask = async (store: SecretStore): Promise<string[]> => {
    const certificates = certificatesOf(store, { stack: 'keybuzz', module: 'postgres' });
    const both = await Promise.all([certificates.issue('pgbouncer', wishes), certificates.issue('pgbouncer', wishes), certificates.issue('db-slave-01', wishes)]);
    return [await certificates.authority(), ...both.map(text)];
  };

  it('get the same certificates of one authority, and none is lost', async () => {
    const [one, two] = await Promise.all([ask(await place.open()), ask(await place.open())]);
    expect(two).toEqual(one);
    expect(one?.[1]).toBe(one?.[2]);
    expect(await ask(await place.open())).toEqual(one);
    expect((await place.open()).list().map((each) => each.name)).toEqual(['postgres/tls-db-slave-01', 'postgres/tls-pgbouncer', 'stack/authority']);
  });

  it('of a store opened for reading get values of this run only', async () => {
    const store = await place.open({ readOnly: true });
    const first = await ask(store);
    expect(await ask(store)).toEqual(first);
    expect(first?.[1]).toBe(first?.[2]);
    expect(existsSync(join(place.folder, 'x.age'))).toBe(false);
    expect(await ask(await place.open({ readOnly: true }))).not.toEqual(first);
  });
});

describe('rotation', () => {
  it('of a certificate issues it anew with the same names and uses, and the next run keeps that one', async () => {
    const first = await issue();
    await (await place.open()).rotate('postgres/tls-db-master-01');
    const second = await issue();
    expect(second.key.equals(first.key)).toBe(false);
    expect(await value('postgres/tls-db-master-01')).toBe(second.key.reveal() + second.certificate);
    const { names, addresses, client, subject } = certificateFacts(second.certificate);
    expect({ names, addresses, client, subject }).toEqual({ ...wishes, subject: 'CN=db-master-01' });
    const [line = ''] = first.key.reveal().split('\n').slice(1);
    expect((await place.open()).all().map((each) => each.reveal())).toContain(line);
  });

  it('of the authority is refused with the reason, and it stays', async () => {
    const authority = await (await place.certificates()).authority();
    await expect((await place.open()).rotate('stack/authority')).rejects.toMatchObject({ kind: 'badConfig', message: 'stack/authority cannot be rotated: every host would have to trust the old and the new authority for a while, which is not supported yet' });
    expect(await (await place.certificates()).authority()).toBe(authority);
  });

  it('of a private key that the authority has not certified is refused, and it stays', async () => {
    const { key } = await issue();
    await (await place.open()).set('front/tls', key.reveal());
    await expect((await place.open()).rotate('front/tls')).rejects.toMatchObject({ message: "front/tls cannot be rotated: it is a private key that this stack's authority has not certified", context: { next: 'keybuzz secrets set front/tls <FILE' } });
    expect(await value('front/tls')).toBe(key.reveal());
  });
});
