import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/credentials/secret.ts';
import { account, authorizedKeys, groupNamed, type Account } from '../../src/facts/index.ts';
import { authorizedKey, group, passwordHash, user } from '../../src/operations/index.ts';
import { changes, decided, sight, type Sight } from './changes.ts';

const kb: Account = { uid: 1000, gid: 1000, comment: '', home: '/home/kb', shell: '/bin/sh', groups: ['adm'] };
const seen = (now: Account | undefined, namesake = now !== undefined): Sight[] => [
  sight(account('kb'), now),
  sight(groupNamed('kb'), namesake ? { gid: 1000, members: [] } : undefined),
];

describe('user', () => {
  it.each([
    ['exists', {}, seen(kb), []],
    ['is missing', {}, seen(undefined), ['useradd --user-group --create-home kb']],
    ['is missing and a group of its name exists', { system: true }, seen(undefined, true), ['useradd --system --gid kb --no-create-home kb']],
    ['is missing and much is said', { uid: 7, home: '/srv/a b', shell: '/bin/false', group: 'adm', groups: ['x', 'y'] }, seen(undefined),
      ["useradd --uid 7 --gid adm --home-dir '/srv/a b' --shell /bin/false --groups x,y --create-home kb"]],
    ['has another shell and home', { shell: '/bin/bash', home: '/srv/kb' }, seen(kb), ['usermod --home /srv/kb kb', 'usermod --shell /bin/bash kb']],
    ['is in one of two groups', { groups: ['adm', 'docker'] }, seen(kb), ['usermod --append --groups docker kb']],
  ])('when it %s', (_, options, sights, expected) => {
    expect(changes(user({ name: 'kb', ...options }), sights)).toEqual(expected);
  });

  it('joins the group of its name that the same run makes', () => {
    expect(changes(user({ name: 'kb' }), seen(undefined), { touched: ['group:kb'] })).toEqual(['useradd --gid kb --create-home kb']);
  });

  it.each(['', '0', 'a b', '-x', 'a:b', 'root\nx'])('refuses the name %j', (name) => {
    expect(() => user({ name })).toThrow('not a name for a user or group');
  });
});

describe('group', () => {
  it.each([
    ['exists', {}, { gid: 5, members: [] }, []],
    ['is missing', { system: true }, undefined, ['groupadd --system ops']],
    ['is missing and a number is said', { gid: 7 }, undefined, ['groupadd --gid 7 ops']],
    ['has another number', { gid: 7 }, { gid: 5, members: [] }, ['groupmod --gid 7 ops']],
  ])('when it %s', (_, options, now, expected) => {
    expect(changes(group('ops', options), [sight(groupNamed('ops'), now)])).toEqual(expected);
  });
});

describe('authorizedKey', () => {
  const one = 'ssh-ed25519 AAAAone me@home';
  const two = 'ssh-ed25519 AAAAtwo you@home';
  const after = (lines: readonly string[], options: { exclusive?: boolean } = {}, safe = true): string | undefined => {
    const [change] = decided(authorizedKey('kb', one, options), [sight(authorizedKeys('kb'), { lines, safe })]);
    return change?.command.input as string | undefined;
  };

  it('keeps the keys of others, and comments', () => {
    expect(after(['# by hand', two])).toBe(`# by hand\n${two}\n${one}\n`);
  });

  it('removes all others when it is exclusive', () => {
    expect(after(['# by hand', two, one], { exclusive: true })).toBe(`${one}\n`);
  });

  it('replaces the same key under other options', () => {
    expect(after([`command="x" ${one}`])).toBe(`${one}\n`);
  });

  it('changes nothing where the key is there and sshd takes the file', () => {
    expect(after([two, one])).toBeUndefined();
  });

  it('writes the file again when sshd would not take it for its mode', () => {
    expect(after([one], {}, false)).toBe(`${one}\n`);
  });

  it('names keys by their comments in the plan', () => {
    const [change] = decided(authorizedKey('kb', one), [sight(authorizedKeys('kb'), { lines: [two], safe: true })]);
    expect(change!.difference).toEqual({ kind: 'value', what: 'authorized keys of kb', from: 'you@home', to: 'you@home, me@home' });
  });

  it('refuses what is not a line of authorized_keys', () => {
    expect(() => authorizedKey('kb', 'AAAAone')).toThrow('not a line of authorized_keys');
    expect(() => authorizedKey('kb', `${one}\n${two}`)).toThrow('not a line of authorized_keys');
  });
});

describe('passwordHash', () => {
  const wanted = passwordHash('kb', Secret.of('base/kb', '$y$j9T$salt$hash'));

  it('sets the password by standard input', () => {
    const [change] = decided(wanted, [[wanted.facts[0]!, false]]);
    expect(change!.command.text).toBe("{ printf '%s:' kb; cat; } | chpasswd -e");
    expect(JSON.stringify(change)).not.toContain('salt');
  });

  it('changes nothing where the host says that it is the same', () => {
    expect(changes(wanted, [[wanted.facts[0]!, true]])).toEqual([]);
  });
});
