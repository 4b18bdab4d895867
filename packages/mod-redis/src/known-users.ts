import { change, directory, fact, Failure, file, fresh, operation, type Command, type Fact, type Operation, type Secret } from '@keybuzz/sdk';
import { aboutUsers, askSentinel, askServer, refuses, tellSentinel, tellServer, type Asked } from './cli.ts';
import { folder, type Layout } from './layout.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { aclFile, sentinelUsers, serverUsers, type User } from './users.ts';

/**
 * Both services of the host let in whom they should, with the passwords of now and of before their rotation. Those that
 * run were told, user by user: nothing restarts, and unlike with ACL LOAD of Redis 7.0 no client is cut off.
 */
export function usersKnown(scope: RedisScope): readonly Operation[] {
  const { config, credentials } = scope;
  const { layout } = wantedOf(scope);
  return [
    directory('/etc/keybuzz'),
    directory(folder, { group: layout.user, mode: 0o750 }),
    ...takenIn(layout, { service: 'server', users: serverUsers(config, credentials), password: credentials.admin }),
    ...takenIn(layout, { service: 'sentinel', users: sentinelUsers(credentials), password: credentials['sentinel-clients'] }),
  ];
}

/** Throws Failure `unsafe` when a rotated password would be shown although not every host of the set was told of it. */
export function takenByAll(password: Secret, scope: RedisScope): void {
  const [asked, all] = [scope.cluster.hosts.length, wantedOf(scope).members.length];
  if (password.previous === undefined || asked === all) return;
  throw new Failure('unsafe', `the new ${password.name} is shown to others only once every server knows it, and this run reaches ${asked} of ${all} hosts`, { next: 'keybuzz rollout --only redis' });
}

/** The operation, unless it would show a rotated password to servers that this run does not reach. */
export function shownOnceTaken(showing: Operation, password: Secret, scope: RedisScope): Operation {
  return {
    ...showing,
    changes: (seen, turn) => {
      const changes = showing.changes(seen, turn);
      if (changes.length > 0) takenByAll(password, scope);
      return changes;
    },
  };
}

interface About {
  readonly service: 'server' | 'sentinel';
  readonly users: readonly User[];
  readonly password: Secret;
}

function takenIn(layout: Layout, { service, users, password }: About): readonly Operation[] {
  const { unit, users: path } = layout[service];
  const asked = { layout, password };
  const [ask, tell] = service === 'server' ? [askServer, tellServer] : [askSentinel, tellSentinel];
  return [
    letsIn(asked, service),
    file(path, aclFile(users), { group: layout.user, mode: 0o640 }),
    fresh(unit, { files: [path], reload: { by: tell(asked, users.map(({ name, rules }) => `ACL SETUSER ${name} reset ${rules}`)), noted: 'users' } }),
    nobodyElse({ asked, service, names: users.map(({ name }) => name) }, { ask, tell }),
  ];
}

/** A service that runs takes one of the passwords we have: nothing is done to one that does not, for it would be taken for dead. */
function letsIn(asked: Asked, service: 'server' | 'sentinel'): Operation {
  const { name } = asked.password;
  return operation({
    title: `the ${service} takes the password ${name}`,
    look: { refused: refuses(asked, service) },
    change: ({ refused }) => {
      if (!refused) return [];
      throw new Failure('unsafe', `the ${service} runs and takes neither the password ${name} nor the one before it; it is left as it is`, { next: `keybuzz secrets set ${name}, with the password that it was last told; if that is lost: systemctl restart ${asked.layout[service].unit} on one host after the other, the master last` });
    },
  });
}

/** The service knows no other users than these. */
function nobodyElse(about: { asked: Asked; service: string; names: readonly string[] }, by: { ask: (asked: Asked, lines: readonly string[]) => Command; tell: (asked: Asked, lines: readonly string[]) => Command }): Operation {
  const { asked, service, names } = about;
  const known: Fact<readonly string[]> = fact({ name: `users of the ${service}`, command: by.ask(asked, aboutUsers), anyExit: true, parse: ({ stdout }) => stdout.split('PONG\n')[1]?.split('\n').filter(Boolean) ?? [] });
  return operation({
    title: `the ${service} knows no other users`,
    look: { known },
    change: ({ known: seen }) => {
      const others = seen.filter((name) => !names.includes(name));
      return [others.length > 0 && change(by.tell(asked, [`ACL DELUSER ${others.join(' ')}`]), { summary: `have the ${service} forget the users ${others.join(', ')}`, touches: [], difference: { kind: 'value', what: 'other users', from: others.join(', '), to: 'none' } })];
    },
  });
}
