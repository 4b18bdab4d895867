import { fact, Secret, sh, type Command, type Fact } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { user } from './users.ts';

/** One of the services of a host, and the password to ask it. */
export interface Asked {
  readonly layout: Layout;
  readonly password: Secret;
}

/** Prints what a server answers to these lines, after what it says to the login; fails when it does not answer within 5 s. The password travels on standard input. */
export function askServer({ layout, password }: Asked, lines: readonly string[]): Command {
  return asking(layout, { number: port.redis, lines }).stdin(login(user.admin, password));
}

/** The same of the Sentinel of the host. */
export function askSentinel({ layout, password }: Asked, lines: readonly string[]): Command {
  return asking(layout, { number: port.sentinel, lines }).stdin(login('default', password));
}

/** The server did what each of the lines says, or the command fails with its words: redis-cli itself ends well whatever the answer, and without one. */
export function tellServer({ layout, password }: Asked, lines: readonly string[]): Command {
  return done(asking(layout, { number: port.redis, lines }), { lines: lines.length, password }).stdin(login(user.admin, password));
}

/** The same for the Sentinel of the host. */
export function tellSentinel({ layout, password }: Asked, lines: readonly string[]): Command {
  return done(asking(layout, { number: port.sentinel, lines }), { lines: lines.length, password }).stdin(login('default', password));
}

/** The server did what each of the lines says, which hold passwords. */
export function tellServerSecretly({ layout, password }: Asked, lines: readonly Secret[]): Command {
  return done(asking(layout, { number: port.redis, lines: [] }), { lines: lines.length, password }).stdin(joined(password.name, [login(user.admin, password), ...lines]));
}

/** The Sentinel of the host did what each of the lines says, which hold passwords. */
export function tellSentinelSecretly({ layout, password }: Asked, lines: readonly Secret[]): Command {
  return done(asking(layout, { number: port.sentinel, lines: [] }), { lines: lines.length, password }).stdin(joined(password.name, [login('default', password), ...lines]));
}

/** The answers are as many as the lines after the login, and each says that it was done: OK, or the number of those it was done to. After an error redis-cli prints an empty line. */
function done(asked: Command, { lines, password }: { lines: number; password: Secret }): Command {
  return sh`answer=$(${asked}) || exit
[ "$(printf '%s\n' "$answer" | grep . | sed ${`1,${logins(password).length}d`} | grep -cE '^(OK( .*)?|[1-9][0-9]*)$')" = ${lines} ] || { printf 'no OK to each of %s lines: %s\n' ${lines} "$answer" >&2; exit 1; }`;
}

function asking({ cli }: Layout, { number, lines }: { number: number; lines: readonly string[] }): Command {
  // Without lines printf would print an empty one.
  const said = lines.length === 0 ? sh`cat` : sh`{ cat; printf '%s\n' ${lines}; }`;
  return sh`${said} | timeout 5 ${cli} -h 127.0.0.1 -p ${number}`;
}

/** The passwords that a service may have, the present one last: after a rotation it is the one before until it has been told. A login that fails leaves the client as whom it was let in before. */
export function logins(password: Secret): readonly Secret[] {
  return [...(password.previous === undefined ? [] : [password.previous]), password];
}

/** What logs a client in, and any number of lines after it. */
export function login(name: string, password: Secret): Secret {
  return joined(password.name, logins(password).map((each) => Secret.of(each.name, `AUTH ${name} ${each.reveal()}\n`)));
}

/** One secret of several, one after the other. */
export function joined(name: string, parts: readonly Secret[]): Secret {
  return Secret.of(name, parts.map((part) => part.reveal()).join(''));
}

/** What is asked to know whom a service lets in, always the same: equal questions of one moment are asked once. */
export const aboutUsers = ['PING', 'ACL USERS'];

/** Whether the service runs and lets nobody in with these passwords. */
export function refuses(asked: Asked, service: 'server' | 'sentinel'): Fact<boolean> {
  const asking = service === 'server' ? askServer : askSentinel;
  return fact({ name: `whether the ${service} refuses the password`, command: asking(asked, aboutUsers), anyExit: true, parse: ({ stdout }) => /^NOAUTH /m.test(stdout) });
}

