import { Secret, sh, type Command } from '@keybuzz/sdk';
import type { Layout } from './layout.ts';
import { port } from './ports.ts';
import { user } from './users.ts';

/** One of the services of a host, and the password to ask it. */
export interface Asked {
  readonly layout: Layout;
  readonly password: Secret;
}

/** Prints what a server answers to these lines, after the OK of the login; fails when it does not answer within 5 s. The password travels on standard input. */
export function askServer({ layout, password }: Asked, lines: readonly string[]): Command {
  return asking(layout, { number: port.redis, lines }).stdin(login(user.admin, password));
}

/** The same of the Sentinel of the host. */
export function askSentinel({ layout, password }: Asked, lines: readonly string[]): Command {
  return asking(layout, { number: port.sentinel, lines }).stdin(login('default', password));
}

/** The server did what the lines say, or the command fails with its words: redis-cli itself ends well whatever the answer. */
export function tellServer({ layout, password }: Asked, lines: readonly string[]): Command {
  return done(asking(layout, { number: port.redis, lines })).stdin(login(user.admin, password));
}

/** The same for the Sentinel of the host. */
export function tellSentinel({ layout, password }: Asked, lines: readonly string[]): Command {
  return done(asking(layout, { number: port.sentinel, lines })).stdin(login('default', password));
}

/** The Sentinel of the host did what the lines say, which hold passwords. */
export function tellSentinelSecretly({ layout, password }: Asked, lines: Secret): Command {
  return done(asking(layout, { number: port.sentinel, lines: [] })).stdin(Secret.of(lines.name, `${login('default', password).reveal()}${lines.reveal()}`));
}

function done(asked: Command): Command {
  return sh`answer=$(${asked}) && case "$answer" in *ERR*|*NOPERM*|*WRONGPASS*|*NOAUTH*|*NOGOODSLAVE*|*INPROG*) printf '%s\n' "$answer" >&2; exit 1 ;; esac`;
}

function asking({ cli }: Layout, { number, lines }: { number: number; lines: readonly string[] }): Command {
  return sh`{ cat; printf '%s\n' ${lines}; } | timeout 5 ${cli} -h 127.0.0.1 -p ${number}`;
}

function login(name: string, password: Secret): Secret {
  return Secret.of(password.name, `AUTH ${name} ${password.reveal()}\n`);
}

