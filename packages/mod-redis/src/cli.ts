import { Secret, sh, type Command } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { port } from './ports.ts';
import { user } from './users.ts';

/** One of the services of a host, and how to be let in. */
export interface Asked {
  readonly layout: Layout;
  readonly service: 'server' | 'sentinel';
  readonly password: Secret;
}

/** The service of every host, asked by those who administer. */
export function asked(scope: RedisScope, service: Asked['service']): Asked {
  const { admin, 'sentinel-clients': clients } = scope.credentials;
  return { layout: wantedOf(scope).layout, service, password: service === 'server' ? admin : clients };
}

/** The words of a client that connects to the service on its host, and does what its standard input says. */
export function client({ layout, service }: Pick<Asked, 'layout' | 'service'>): readonly (string | number)[] {
  const { cli, tls } = layout;
  return [cli, '-h', '127.0.0.1', '-p', service === 'server' ? port.redis : port.sentinel, ...(tls === undefined ? [] : ['--tls', '--cacert', tls.authority])];
}

/** The service did what each of the lines says, or the command fails with its words: redis-cli itself ends well whatever the answer, and without one. */
export function tell(to: Asked, lines: readonly string[]): Command {
  return done(to, { said: sh`{ cat; printf '%s\n' ${lines}; }`, lines: lines.length }).stdin(login(to));
}

/** The service did what each of the lines says, which hold passwords. */
export function tellSecretly(to: Asked, lines: readonly Secret[]): Command {
  return done(to, { said: sh`cat`, lines: lines.length }).stdin(joined(to.password.name, [login(to), ...lines]));
}

/** The answers are as many as the lines after the login, and each says that it was done: OK, or the number of those it was done to. After an error redis-cli prints an empty line. */
function done(to: Asked, { said, lines }: { said: Command; lines: number }): Command {
  return sh`answer=$(${said} | timeout 5 ${client(to)}) || exit
[ "$(printf '%s\n' "$answer" | grep . | sed ${`1,${passwords(to.password).length}d`} | grep -cE '^(OK( .*)?|[1-9][0-9]*)$')" = ${lines} ] || { printf 'no OK to each of %s lines: %s\n' ${lines} "$answer" >&2; exit 1; }`;
}

/** The passwords that a service may have, the present one last: after a rotation it is the one before until it has been told. A login that fails leaves the client as whom it was let in before. */
export function passwords(password: Secret): readonly Secret[] {
  return [...(password.previous === undefined ? [] : [password.previous]), password];
}

/** What logs a client in, one line a password, and any number of lines after it. */
export function login({ service, password }: Pick<Asked, 'service' | 'password'>): Secret {
  const name = service === 'server' ? user.admin : 'default';
  return joined(password.name, passwords(password).map((each) => Secret.of(each.name, `AUTH ${name} ${each.reveal()}\n`)));
}

/** One secret of several, one after the other. */
export function joined(name: string, parts: readonly Secret[]): Secret {
  return Secret.of(name, parts.map((part) => part.reveal()).join(''));
}
