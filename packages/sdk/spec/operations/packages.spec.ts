import { describe, expect, it } from 'vitest';
import { aptState, fileDigest, os, type AptState } from '../../src/facts/index.ts';
import { packages, packagesAbsent, repository } from '../../src/operations/index.ts';
import { decided, sight, summaries, type Sight } from './changes.ts';
import { pkg, standing } from './sights.ts';

const apt = (state: Partial<AptState> = {}): Sight => sight(aptState, { interrupted: false, banLeft: false, ...state });
const there = { version: '17.2-1' };

describe('packages', () => {
  it.each([
    ['both are there', [pkg('a1', there), pkg('b1', there)], ['a1', 'b1'], []],
    ['one is missing', [pkg('a1', there), pkg('b1')], ['a1', 'b1'], ['apt-get update', 'install b1']],
    ['two are missing, in one transaction', [pkg('a1'), pkg('b1')], ['a1', 'b1'], ['apt-get update', 'install a1 b1']],
    ['one is half configured', [pkg('a1', { status: 'half-configured' })], ['a1'], ['apt-get update', 'install a1']],
    ['the version is the one wanted', [pkg('a1', there)], [{ name: 'a1', version: '17.2-1' }], []],
    ['the version begins as wanted', [pkg('a1', there)], [{ name: 'a1', version: '17.*' }], []],
    ['the version is another', [pkg('a1', there)], [{ name: 'a1', version: '18.*' }], ['apt-get update', 'install a1=18.*']],
    ['it should be held', [pkg('a1', there)], [{ name: 'a1', hold: true }], ['hold a1']],
    ['it is held', [pkg('a1', { ...there, held: true })], [{ name: 'a1', hold: true }], []],
  ])('when %s', (_, sights, wanted, expected) => {
    expect(summaries(packages(wanted), [apt(), ...sights])).toEqual(expected);
  });

  it.each([
    ['was fetched in this run', ['apt:index'], ['install a1']],
    ['was fetched before a source changed', ['apt:index', 'file:/etc/apt/sources.list.d/x.sources'], ['apt-get update', 'install a1']],
    ['was fetched after the last change of a source', ['file:/etc/apt/sources.list.d/x.sources', 'apt:index', 'file:/etc/hosts'], ['install a1']],
  ])('when the index %s', (_, touched, expected) => {
    expect(summaries(packages(['a1']), [apt(), pkg('a1')], { touched })).toEqual(expected);
  });

  it('is not kept from fetching the index by what the facts show already: a run fetches it once', () => {
    expect(summaries(packages(['a1']), [apt(), pkg('a1')], { touched: ['apt:index'], predicted: [] })).toEqual(['install a1']);
  });

  it.each([
    ['dpkg was interrupted', { interrupted: true }, ['finish what an interrupted dpkg left']],
    ['an install without starts was interrupted', { banLeft: true, interrupted: true }, ['finish what an interrupted install left, and remove /usr/sbin/policy-rc.d']],
  ])('when %s it is healed, even if nothing is missing', (_, state, expected) => {
    expect(summaries(packages(['a1']), [apt(state), pkg('a1', there)])).toEqual(expected);
  });

  it('asks nothing, keeps edited configuration, and waits for the lock', () => {
    const [, install] = decided(packages(['a1']), [apt(), pkg('a1')]);
    expect(install!.command.text).toContain('NEEDRESTART_SUSPEND=1');
    expect(install!.command.text).toContain('-o DPkg::Lock::Timeout=300');
    expect(install!.command.text).toContain('--force-confdef -o Dpkg::Options::=--force-confold');
    expect(install!.command.text).toContain('install --no-install-recommends -- a1');
    expect(install!.touches).toEqual(['package:a1']);
  });

  it('may go back to an older version only where one is said', () => {
    const command = (wanted: string | { name: string; version: string }): string => decided(packages([wanted]), [apt(), pkg('a1')])[1]!.command.text;
    expect(command({ name: 'a1', version: '1.*' })).toContain("--allow-downgrades --allow-change-held-packages -- 'a1=1.*'");
    expect(command('a1')).not.toContain('--allow-downgrades');
  });

  it('says where the host looked and what to type when apt fails', () => {
    const [, install] = decided(packages(['a1']), [apt(), pkg('a1')]);
    expect(install!.command.text).toContain('apt-get indextargets');
    expect(install!.command.text).toContain('next: apt-cache policy a1');
  });

  it('starts no service of a package when told so', () => {
    const [, install] = decided(packages(['a1'], { startOnInstall: false }), [apt(), pkg('a1')]);
    expect(install!.command.text).toContain("trap 'rm -f /usr/sbin/policy-rc.d' EXIT");
  });

  it.each(['', 'A', 'a b', 'a*', '-x', 'a=1'])('refuses the name %j', (name) => {
    expect(() => packages([name])).toThrow('not the name of a package');
  });

  it('refuses a version with a pattern inside', () => {
    expect(() => packages([{ name: 'a1', version: '1.*-2' }])).toThrow('not a version of a1');
  });
});

describe('packagesAbsent', () => {
  it.each([
    ['not known', {}, false, []],
    ['installed', there, false, ['remove a1']],
    ['removed with its configuration left', { status: 'config-files' }, false, []],
    ['removed with its configuration left, which should go', { status: 'config-files' }, true, ['remove a1']],
  ])('when the package is %s', (_, state, purge, expected) => {
    expect(summaries(packagesAbsent(['a1'], { purge }), [apt(), pkg('a1', state)])).toEqual(expected);
  });
});

describe('repository', () => {
  const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxyz\n';
  const nothing = (path: string): Sight[] => [standing(path, { kind: 'missing' }), sight(fileDigest(path), undefined)];
  const debian = sight(os(), { id: 'debian', version: '13', codename: 'trixie', name: '', architecture: 'amd64', kernel: '', virtualization: '' });
  const options = { name: 'pgdg', uris: ['https://example.org/$ID'], suites: ['$CODENAME-pgdg'], components: ['main'], architectures: ['amd64'] };
  const sights = [debian, standing('/etc/apt/keyrings', { kind: 'directory', mode: 0o755 }), ...nothing('/etc/apt/keyrings/pgdg.asc'), ...nothing('/etc/apt/sources.list.d/pgdg.sources'), ...nothing('/etc/apt/preferences.d/pgdg')];

  it('signs by its own key and fills in what the host runs', () => {
    const found = decided(repository({ ...options, signingKey: key }), sights);
    expect(found.map(({ touches }) => touches)).toEqual([['file:/etc/apt/keyrings/pgdg.asc'], ['file:/etc/apt/sources.list.d/pgdg.sources']]);
    expect(found[1]!.command.input).toBe(
      '# Written by keybuzz: edits here are overwritten.\nTypes: deb\nURIs: https://example.org/debian\nSuites: trixie-pgdg\nComponents: main\nArchitectures: amd64\nSigned-By: /etc/apt/keyrings/pgdg.asc\n',
    );
  });

  it('takes a keyring of the host, a pin, and bytes', () => {
    const pin = { priority: 700, origin: 'example.org', packages: ['postgresql-17'] };
    const found = decided(repository({ ...options, signingKey: '/usr/share/keyrings/x.gpg', pin }), sights);
    expect(found[0]!.command.input).toContain('Package: postgresql-17\nPin: origin example.org\nPin-Priority: 700\n');
    expect(found[1]!.command.input).toContain('Signed-By: /usr/share/keyrings/x.gpg\n');
    expect(repository({ ...options, signingKey: new Uint8Array([0x99, 1]) }).facts.map((fact) => fact.key)).toContain('/etc/apt/keyrings/pgdg.gpg');
  });

  it('refuses what is no key', () => {
    expect(() => repository({ ...options, signingKey: 'ABCD' })).toThrow('the signing key of pgdg is neither');
  });
});
