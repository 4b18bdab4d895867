import { fact, sh, type Command, type Fact, type Host, type Secret } from '@keybuzz/sdk';
import { user } from './credentials.ts';
import { port } from './ports.ts';

/** The management API of one node, asked on its own host, and whom it knows. */
export interface Api {
  readonly host: Host;
  readonly password: Secret;
}

/** A request and, for one that changes something, what it carries. */
export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/api`, with its names already encoded. */
  readonly path: string;
  readonly body?: unknown;
}

const quoted = (value: string): string => `"${value.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;

/** The request, signed in by a configuration of curl that only its standard input has. Exits non-zero when the answer is an error. */
export function ordered({ host, password }: Api, { method, path, body }: Request): Command {
  const lines = [`user = ${quoted(`${user.admin}:${password.reveal()}`)}`, ...(body === undefined ? [] : [`data = ${quoted(JSON.stringify(body))}`]), ''];
  const url = `http://${host.address}:${port.management}/api${path}`;
  return sh`curl --silent --show-error --fail-with-body --max-time 15 --header ${'Content-Type: application/json'} --request ${method} --config - ${url}`.stdin(lines.join('\n'));
}

/** What the API answered, and its HTTP status; status 0 when nobody did. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** What the node's API says at a path, filtered on its host where something must not leave it; never an error: a node that is down is an answer too. */
export function answered<T>(name: string, api: Api, about: { path: string; through?: Command; parse: (answer: ApiAnswer) => T }): Fact<T> {
  const lines = [`user = ${quoted(`${user.admin}:${api.password.reveal()}`)}`, String.raw`write-out = "\n%{http_code}"`, ''];
  const url = `http://${api.host.address}:${port.management}/api${about.path}`;
  const asked = sh`curl --silent --max-time 5 --config - ${url}`;
  return fact({
    name,
    command: (about.through === undefined ? asked : sh`${asked} | ${about.through}`).stdin(lines.join('\n')),
    anyExit: true,
    parse: ({ stdout }) => {
      const at = stdout.trimEnd().lastIndexOf('\n');
      return about.parse({ status: Number(stdout.trimEnd().slice(at + 1)) || 0, body: stdout.slice(0, Math.max(at, 0)) });
    },
  });
}

/** The JSON of an answer of 200; undefined of any other. */
export function jsonOf<T>({ status, body }: ApiAnswer): T | undefined {
  return status === 200 ? (JSON.parse(body) as T) : undefined;
}
