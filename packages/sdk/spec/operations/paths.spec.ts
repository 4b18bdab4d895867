import { describe, expect, it } from 'vitest';
import { absent, directory, symlink } from '../../src/operations/index.ts';
import { changes, summaries } from './changes.ts';
import { standing } from './sights.ts';

describe('directory', () => {
  const wanted = directory('/srv/a b', { owner: 'kb', mode: 0o2750 });

  it.each([
    ['is missing', { kind: 'missing' } as const, ["umask 022; mkdir -p -m 2750 '/srv/a b' && chown -h kb:kb '/srv/a b'"]],
    ['is as wanted', { kind: 'directory', mode: 0o2750, user: 'kb', group: 'kb' } as const, []],
    ['is open to all', { kind: 'directory', mode: 0o777, user: 'kb', group: 'kb' } as const, ["chmod 2750 '/srv/a b'"]],
  ])('when it %s', (_, state, expected) => {
    expect(changes(wanted, [standing('/srv/a b', state)])).toEqual(expected);
  });

  it('does not replace a file', () => {
    expect(() => changes(wanted, [standing('/srv/a b')])).toThrow('/srv/a b should be a directory, but a file stands there');
  });
});

describe('symlink', () => {
  it.each([
    ['is missing', { kind: 'missing' } as const, ['link /etc/l to ../x']],
    ['leads there', { kind: 'symlink', target: '../x' } as const, []],
    ['leads elsewhere', { kind: 'symlink', target: '/x' } as const, ['link /etc/l to ../x']],
    ['is a file', {}, ['link /etc/l to ../x']],
  ])('when it %s', (_, state, expected) => {
    expect(summaries(symlink('/etc/l', '../x'), [standing('/etc/l', state)])).toEqual(expected);
  });
});

describe('absent', () => {
  it.each([
    ['nothing', { kind: 'missing' } as const, false, []],
    ['a file', {}, false, ['rm -f /srv/x']],
    ['a link', { kind: 'symlink' } as const, false, ['rm -f /srv/x']],
    ['an empty directory', { kind: 'directory', empty: true } as const, false, ['rmdir /srv/x']],
    ['a full directory that may go', { kind: 'directory' } as const, true, ['rm -rf --one-file-system /srv/x']],
  ])('when %s stands there', (_, state, recursive, expected) => {
    expect(changes(absent('/srv/x', { recursive }), [standing('/srv/x', state)])).toEqual(expected);
  });

  it('does not remove a full directory unless that is said', () => {
    expect(() => changes(absent('/srv/x'), [standing('/srv/x', { kind: 'directory' })])).toThrow('a directory with something in it');
  });

  it('removes a directory that a change of the same run empties', () => {
    const turn = { touched: ['file:/srv/x/last'] };
    expect(changes(absent('/srv/x'), [standing('/srv/x', { kind: 'directory' })], turn)).toEqual(['rmdir /srv/x']);
  });

  it('refuses the root and, with all that is in it, every folder of the top level', () => {
    expect(() => absent('/')).toThrow('belongs to the system');
    expect(() => absent('/var', { recursive: true })).toThrow('belongs to the system');
  });
});
