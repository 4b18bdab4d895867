import { describe, expect, it } from 'vitest';
import { aptState, packageState } from '../../src/facts/index.ts';
import { readFrom } from '../recorded.ts';

describe('packageState', () => {
  it('tells installed, held, removed, purged and unknown packages apart', () => {
    const names = ['bash', 'libc6:amd64', 'nano', 'sysstat', 'tree', 'no-such-package'];
    expect(readFrom('debian-13/packages', names.map(packageState))).toEqual([
      { version: '5.2.37-2+b10', status: 'installed', held: false },
      { version: '2.41-12+deb13u5', status: 'installed', held: false },
      { version: undefined, status: 'config-files', held: false },
      { version: undefined, status: 'not-installed', held: false },
      { version: '2.2.1-1', status: 'installed', held: true },
      { version: undefined, status: 'not-installed', held: false },
    ]);
  });

  it('does not take a half configured package for installed', () => {
    const answer = { code: 0, stdout: 'jq\tamd64\thalf-configured\tinstall\t1.7.1\n', stderr: '' };
    expect(packageState('jq').reader.parse(answer, ['jq']).get('jq')).toEqual({ version: undefined, status: 'half-configured', held: false });
  });

  it('is no answer when the database of dpkg cannot be read', () => {
    const answer = { code: 2, stdout: '', stderr: 'dpkg-query: error: failed to open package info file\n' };
    expect(() => packageState('jq').reader.parse(answer, ['jq'])).toThrow('failed to open package info file');
  });
});

describe('aptState', () => {
  it('sees what a cut left: a journal of dpkg, and our ban on starting services', () => {
    expect(readFrom('debian-13/apt', [aptState])).toEqual([{ interrupted: true, banLeft: true }]);
  });

  it('sees nothing where nothing is left', () => {
    expect(aptState.reader.parse({ code: 0, stdout: '', stderr: '' }, []).get(aptState.key)).toEqual({ interrupted: false, banLeft: false });
  });
});
