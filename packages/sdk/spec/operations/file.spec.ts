import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/credentials/secret.ts';
import { fileDigest, fileText, pathState } from '../../src/facts/index.ts';
import { file, seed } from '../../src/operations/index.ts';
import { changes, decided, sight, summaries, type Sight } from './changes.ts';
import { standing } from './sights.ts';

const path = '/etc/x.conf';
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const seen = (text: string | undefined, state = {}): Sight[] => [
  text === undefined ? standing(path, { kind: 'missing' }) : standing(path, state),
  sight(fileDigest(path), text === undefined ? undefined : digestOf(text)),
];

describe('file', () => {
  it.each([
    ['is as wanted', seen('a'), []],
    ['is missing', seen(undefined), ['create /etc/x.conf (0644)']],
    ['has other content', seen('b'), ['change /etc/x.conf (0644)']],
    ['is a link to the same content', seen('a', { kind: 'symlink' }), ['change /etc/x.conf (0644)']],
  ])('when it %s', (_, sights, expected) => {
    expect(summaries(file(path, 'a'), sights)).toEqual(expected);
  });

  it.each([
    ['another mode', { mode: 0o600 }, {}, ['chmod 0644 /etc/x.conf']],
    ['another owner', { user: 'kb', uid: '1000' }, {}, ['chown -h root:root /etc/x.conf']],
    ['an owner that is wanted by number', { user: 'redis', group: 'redis', uid: '999', gid: '999' }, { owner: '999' }, []],
    ['another group than the owner wanted', {}, { owner: 'redis', group: 'adm' }, ['chown -h redis:adm /etc/x.conf']],
  ])('when only its attributes differ: %s', (_, state, options, expected) => {
    expect(changes(file(path, 'a', options), seen('a', state))).toEqual(expected);
  });

  it('makes no process stale by a change of mode alone', () => {
    const [change] = decided(file(path, 'a'), seen('a', { mode: 0o600 }));
    expect(change!.touches).toEqual(['mode:/etc/x.conf']);
  });

  it('has its content on standard input only', () => {
    const [change] = decided(file(path, 'the content'), seen(undefined));
    expect(change!.command.text).not.toContain('the content');
    expect(change!.command.input).toBe('the content');
  });

  it('shows what changes, with the text that is there read only then', () => {
    const [change] = decided(file(path, 'a\n'), seen('b'));
    expect(change!.difference).toEqual({ kind: 'text', path, present: fileText(path), wanted: 'a\n' });
  });

  it('shows nothing of a secret', () => {
    const [change] = decided(file(path, Secret.of('x/password', 'hunter2')), seen('b'));
    expect(JSON.stringify(change)).not.toContain('hunter2');
    expect(change!.difference).toEqual({ kind: 'value', what: path, from: 'another secret', to: 'the wanted secret' });
  });

  it('does not replace a directory', () => {
    expect(() => changes(file(path, 'a'), seen('a', { kind: 'directory' }))).toThrow('/etc/x.conf should be a file, but a directory stands there');
  });

  it('goes ahead where a change of the same run moves the directory away', () => {
    const turn = { touched: ['file:/etc/x.conf'] };
    expect(summaries(file(path, 'a'), seen('b', { kind: 'directory' }), turn)).toEqual(['change /etc/x.conf (0644)']);
  });

  it.each(['etc/x', '/etc/../x', '/etc//x', '/etc/x/', './x', '/a\0b'])('refuses the path %j', (bad) => {
    expect(() => file(bad, '')).toThrow('not an absolute path');
  });
});

describe('seed', () => {
  it.each([
    ['is missing', { kind: 'missing' } as const, {}, ['create /etc/x.conf (0644)']],
    ['is there, whatever is in it', { mode: 0o600, user: 'redis' }, {}, []],
    ['is a link', { kind: 'symlink' } as const, { mode: 0o600 }, []],
    ['is there with another mode than the one said', {}, { mode: 0o600 }, ['/etc/x.conf has mode 0600']],
  ])('when it %s', (_, state, options, expected) => {
    expect(summaries(seed(path, 'a', options), [standing(path, state)])).toEqual(expected);
  });

  it('does not ask for the digest of what it will not change', () => {
    expect(seed(path, 'a').facts).toEqual([pathState(path)]);
  });
});
