import { createHash } from 'node:crypto';
import { ProgramError, type Call, type Machine, type Output } from '@keybuzz/sdk/testing';
import type { Content, FakeNodes, Place } from './fake-cluster-state.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
  readonly body: Record<string, unknown>;
}

type Asked = Omit<Request, 'path'> & { readonly address: string };

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const get = '--silent --config -';
const order = /^--silent --show-error --fail-with-body --max-time 15 --header Content-Type: application\/json --request (\w+) --config - (http:\S+)$/;

/** The management API of the nodes, as curl reaches it. */
export class FakeApi {
  readonly #nodes: FakeNodes;
  /** Paths that answer 500, as an API does whose node is busy. */
  readonly broken = new Set<string>();
  /** How many times yet a node answers that a queue needs it, though all nodes run: a member of the queue catches up. */
  behind = 0;
  /** States of feature flags. */
  flags: { name: string; state: string; stability: string }[] = [{ name: 'stream_filtering', state: 'enabled', stability: 'required' }, { name: 'rabbitmq_4.0.0', state: 'enabled', stability: 'stable' }, { name: 'khepri_db', state: 'disabled', stability: 'experimental' }];

  constructor(nodes: FakeNodes) {
    this.#nodes = nodes;
  }

  run({ machine, args, stdin }: Call): Partial<Output> {
    const line = args.join(' ');
    const given = Buffer.from(stdin).toString('utf8');
    const settings = (name: string): readonly string[] => [...given.matchAll(new RegExp(`^${name} = (".*")$`, 'gm'))].map(([, quoted = '""']) => JSON.parse(quoted) as string);
    const [, method, address] = order.exec(line) ?? [];
    if (method !== undefined && address !== undefined) return this.#ordered(machine, { method, address, user: settings('user')[0], body: JSON.parse(settings('data')[0] ?? '{}') as Record<string, unknown> });
    if (line !== get) throw new ProgramError(`the fake machine does not know curl ${line}`, 2);
    const [shown = ''] = settings('write-out');
    const answers = settings('url').map((url) => this.#asked({ method: 'GET', address: url, user: settings('user')[0], body: {} }));
    const stdout = answers.map((answer) => `${answer?.body === undefined ? '' : JSON.stringify(answer.body)}${shown.replace('%{http_code}', String(answer?.status ?? 0).padStart(3, '0'))}`).join('');
    return { code: answers.at(-1) === undefined ? 7 : 0, stdout };
  }

  #ordered(machine: Machine, asked: Asked): Partial<Output> {
    machine.changing();
    const answer = this.#asked(asked);
    if (answer === undefined) return { code: 7, stderr: `curl: (7) Failed to connect to ${asked.address}` };
    return answer.status < 400 ? {} : { code: 22, stdout: JSON.stringify(answer.body), stderr: `curl: (22) The requested URL returned error: ${answer.status}\n` };
  }

  /** Undefined where nobody listens. */
  #asked({ address, ...request }: Asked): Answer | undefined {
    const url = new URL(address);
    const place = this.#nodes.at(url.hostname);
    if (place === undefined || url.port !== '15672' || !this.#nodes.live.includes(place) || this.#nodes.memory(place).drained) return undefined;
    return this.#answer(place, { ...request, path: url.pathname.replace(/^\/api/, '') });
  }

  #answer(place: Place, request: Request): Answer {
    const content = this.#nodes.content(place);
    if (!signedIn(content, request.user ?? '')) return { status: 401, body: { error: 'not_authorized', reason: 'Not_Authorized' } };
    if (this.broken.has(request.path)) return { status: 500, body: { error: 'Internal Server Error' } };
    if (request.method === 'GET') return this.#read(place, content, request.path);
    let status = 201;
    this.#nodes.change(place.machine, (now) => void (status = changed(now, request)));
    return { status };
  }

  #read(place: Place, content: Content, path: string): Answer {
    const { live } = this.#nodes;
    const members = this.#nodes.members(place);
    const running = members.filter((name) => live.some((each) => each.name === name));
    const rabbit = (names: readonly string[]): readonly string[] => names.map((name) => `rabbit@${name}`);
    switch (path) {
      case '/whoami': return { status: 200, body: { name: 'kb_rmq', tags: ['administrator'] } };
      case '/definitions': return { status: 200, body: content };
      case '/nodes': return { status: 200, body: members.map((name) => ({ name: `rabbit@${name}`, running: running.includes(name), mem_alarm: false, disk_free_alarm: false, partitions: [], disk_free: 1e10 })) };
      case '/queues': return { status: 200, body: content.queues.map(({ vhost, name, type, durable, arguments: given }) => ({ vhost, name, type, durable, exclusive: false, arguments: given, leader: rabbit(running)[0], members: rabbit(members), online: rabbit(running) })) };
      case '/overview': return { status: 200, body: { rabbitmq_version: this.#nodes.memory(place).version, erlang_version: '27.3.4', cluster_name: 'keybuzz-queue' } };
      case '/feature-flags': return { status: 200, body: this.flags };
      case '/health/checks/node-is-quorum-critical': {
        this.behind = Math.max(this.behind - 1, 0);
        const critical = content.queues.length > 0 && (running.length - 1 <= members.length / 2 || this.behind > 0);
        return critical ? { status: 503, body: { status: 'failed', queues: content.queues.map(({ name }) => ({ readable_name: `queue '${name}' in vhost '/'` })) } } : { status: 200, body: { status: 'ok' } };
      }
      default: throw new ProgramError(`the fake API does not know GET ${path}`, 2);
    }
  }
}

/** Whether the password is that of an administrator. */
function signedIn({ users }: Content, given: string): boolean {
  const [name = '', password = ''] = given.split(/:(.*)/s);
  const found = users.find((each) => each.name === name);
  if (found === undefined || !String(found.tags).split(',').includes('administrator')) return false;
  const stored = Buffer.from(found.password_hash, 'base64');
  return createHash('sha256').update(stored.subarray(0, 4)).update(password).digest().equals(stored.subarray(4));
}

/** The content after a request that changes it, and the status that it is answered with. */
export function changed(now: Content, { method, path, body }: Pick<Request, 'method' | 'path' | 'body'>): number {
  const [kind = '', first = '', second = '', third = '', , fifth = ''] = path.split('/').slice(1).map(decodeURIComponent);
  const put = <T extends object>(list: T[], is: (one: T) => boolean, one: T): number => {
    const at = list.findIndex(is);
    if (at >= 0) list[at] = one;
    else list.push(one);
    return at >= 0 ? 204 : 201;
  };
  const known = (vhost: string): void => {
    if (!now.vhosts.some(({ name }) => name === vhost)) throw new ProgramError(`vhost ${vhost} not found`, 22);
  };
  const wanted = { ...body } as never;
  switch (`${method} ${kind}`) {
    case 'PUT vhosts': return put(now.vhosts, ({ name }) => name === first, { name: first, metadata: body });
    case 'PUT users': return put(now.users, ({ name }) => name === first, { name: first, ...(wanted as object), tags: String(body['tags']).split(',').filter(Boolean) } as never);
    case 'DELETE users':
      now.users = now.users.filter(({ name }) => name !== first);
      now.permissions = now.permissions.filter(({ user }) => user !== first);
      return 204;
    case 'PUT permissions': known(first); return put(now.permissions, ({ vhost, user }) => vhost === first && user === second, { user: second, vhost: first, ...(wanted as object) } as never);
    case 'PUT policies': known(first); return put(now.policies, ({ vhost, name }) => vhost === first && name === second, { vhost: first, name: second, ...(wanted as object) });
    case 'PUT exchanges': known(first); return put(now.exchanges, ({ vhost, name }) => vhost === first && name === second, { vhost: first, name: second, ...(wanted as object) });
    case 'PUT queues': known(first); return put(now.queues, ({ vhost, name }) => vhost === first && name === second, { vhost: first, name: second, type: (body['arguments'] as Record<string, string>)['x-queue-type'], ...(wanted as object) } as never);
    case 'POST bindings': known(first); return put(now.bindings, () => false, { vhost: first, source: third, destination: fifth, destination_type: 'queue', ...(wanted as object) } as never);
    default: throw new ProgramError(`the fake API does not know ${method} ${path}`, 2);
  }
}
