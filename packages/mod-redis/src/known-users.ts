import { change, directory, Failure, file, fresh, operation, type Fact, type Operation, type Secret } from '@keybuzz/sdk';
import { asked, tell, type Asked } from './cli.ts';
import { folder } from './layout.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { sentinelSaid, serverSaid, type Said } from './said.ts';
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
    ...takenIn(asked(scope, 'server'), { said: serverSaid(scope), users: serverUsers(config, credentials) }),
    ...takenIn(asked(scope, 'sentinel'), { said: sentinelSaid(scope), users: sentinelUsers(credentials) }),
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

function takenIn(to: Asked, { said, users }: { said: Fact<Said>; users: readonly User[] }): readonly Operation[] {
  const { layout, service } = to;
  const { unit, users: path } = layout[service];
  return [
    letsIn(to, said),
    file(path, aclFile(users), { group: layout.user, mode: 0o640 }),
    fresh(unit, { files: [path], reload: { by: tell(to, users.map(({ name, rules }) => `ACL SETUSER ${name} reset ${rules}`)), noted: 'users' } }),
    nobodyElse(to, { said, names: users.map(({ name }) => name) }),
  ];
}

/** A service that runs takes one of the passwords we have: nothing is done to one that does not, for it would be taken for dead. */
function letsIn({ service, layout, password: { name } }: Asked, said: Fact<Said>): Operation {
  return operation({
    title: `the ${service} takes the password ${name}`,
    look: { said },
    change: ({ said: { refuses } }) => {
      if (!refuses) return [];
      throw new Failure('unsafe', `the ${service} runs and takes neither the password ${name} nor the one before it; it is left as it is`, { next: `keybuzz secrets set ${name}, with the password that it was last told; if that is lost: systemctl restart ${layout[service].unit} on one host after the other, the master last` });
    },
  });
}

/** The service knows no other users than these. */
function nobodyElse(to: Asked, { said, names }: { said: Fact<Said>; names: readonly string[] }): Operation {
  return operation({
    title: `the ${to.service} knows no other users`,
    look: { said },
    change: ({ said: { users } }) => {
      const others = users.filter((name) => !names.includes(name));
      return [others.length > 0 && change(tell(to, [`ACL DELUSER ${others.join(' ')}`]), { summary: `have the ${to.service} forget the users ${others.join(', ')}`, touches: [], difference: { kind: 'value', what: 'other users', from: others.join(', '), to: 'none' } })];
    },
  });
}
