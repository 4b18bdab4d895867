import { partOf, reader, sh, type Command, type Fact, type Host, type Secret } from '@keybuzz/sdk';
import { user } from './credentials.ts';
import { masked } from './password-hash.ts';
import { service } from './places.ts';
import { port } from './ports.ts';

/** Where everything that the cluster has in it is told. */
export const definitions = '/definitions';

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

const signedInAs = (password: Secret): string => `user = ${quoted(`${user.admin}:${password.reveal()}`)}`;
const urlOf = ({ host }: Api, path: string): string => `http://${host.address}:${port.management}/api${path}`;

/** The request, signed in by a configuration of curl that only its standard input has. Exits non-zero when the answer is an error. */
export function ordered(api: Api, { method, path, body }: Request): Command {
  const lines = [signedInAs(api.password), ...(body === undefined ? [] : [`data = ${quoted(JSON.stringify(body))}`]), ''];
  return sh`curl --silent --show-error --fail-with-body --max-time 15 --header ${'Content-Type: application/json'} --request ${method} --config - ${urlOf(api, path)}`.stdin(lines.join('\n'));
}

/** What the API answered, and its HTTP status; status 0 when nobody did. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asked in place of a URL: what the node's own tool says of its being drained, where the API is silent. */
const drained = 'drained';
const saysDrained = sh`systemctl is-active --quiet ${service} && timeout 20 rabbitmqctl --quiet eval ${'rabbit_maintenance:is_being_drained_local_read(node()).'}`;
const status = /\n-- (\d{3})\n/;

const readers = new WeakMap<Secret, (key: string) => Fact<ApiAnswer>>();

/** Every question to an API with this password: one curl asks what is asked of it at the same moment; to start it costs more than most answers. */
function answersFor(password: Secret): (key: string) => Fact<ApiAnswer> {
  const known = readers.get(password);
  if (known !== undefined) return known;
  const made = reader<ApiAnswer>({
    name: 'the management API',
    command: (keys) => {
      const urls = keys.filter((key) => key !== drained);
      const lines = [signedInAs(password), 'max-time = 5', ...urls.map((url) => `url = ${quoted(url)}`), String.raw`write-out = "\n-- %{http_code}\n"`, ''];
      const curl = sh`curl --silent --config -`;
      const asked = keys.includes(drained) ? sh`{ ${curl} || { ${saysDrained}; }; }` : curl;
      return (urls.some((url) => url.endsWith(definitions)) ? sh`${asked} | ${masked}` : asked).stdin(lines.join('\n'));
    },
    // A node that is down is an answer too.
    anyExit: true,
    parse: ({ stdout }, keys) => {
      const urls = keys.filter((key) => key !== drained);
      const parts = stdout.split(status);
      const answers = urls.map((url, at): [string, ApiAnswer] => [url, { body: parts[2 * at] ?? '', status: Number(parts[2 * at + 1] ?? 0) }]);
      return new Map([...answers, [drained, { status: 0, body: parts[2 * urls.length] ?? '' }]]);
    },
  });
  readers.set(password, made);
  return made;
}

/** What the node's API says at a path; never an error: a node that is down is an answer too. Of hashes of passwords only their beginnings leave the host. */
export function answered<T>(name: string, api: Api, about: { path: string; parse: (answer: ApiAnswer) => T }): Fact<T> {
  return partOf(answersFor(api.password)(urlOf(api, about.path)), name, about.parse);
}

/** Whether the node runs, but was taken out of service. Its API has closed its port as well then, so the node's own tool is asked, which takes a second: only where the API is silent to what is asked along with this. */
export function takenOut(api: Api): Fact<boolean> {
  return partOf(answersFor(api.password)(drained), 'node taken out of service', ({ body }) => body.trim() === 'true');
}

/** The JSON of an answer of 200; undefined of any other. */
export function jsonOf<T>({ status, body }: ApiAnswer): T | undefined {
  return status === 200 ? (JSON.parse(body) as T) : undefined;
}
