import { fact, sh, type Fact, type Secret } from '@keybuzz/sdk';
import { answered, definitions, jsonOf, type Api } from './api.ts';
import type { RabbitmqConfig } from './config.ts';
import { user } from './credentials.ts';
import { masked, told } from './password-hash.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a cluster has in it, as its API exports it. */
export interface Definitions {
  readonly users: readonly { name: string; password_hash: string; tags: readonly string[] | string }[];
  readonly vhosts: readonly { name: string; metadata?: { default_queue_type?: string } }[];
  readonly permissions: readonly { user: string; vhost: string; configure: string; write: string; read: string }[];
  readonly policies: readonly { vhost: string; name: string; pattern: string; 'apply-to': string; definition: Values; priority: number }[];
  readonly queues: readonly { vhost: string; name: string; type?: string; durable: boolean; arguments: Values }[];
  readonly exchanges: readonly { vhost: string; name: string; type: string; durable: boolean; arguments: Values }[];
  readonly bindings: readonly { vhost: string; source: string; destination: string; destination_type: string; routing_key: string }[];
}

const none: Definitions = { users: [], vhosts: [], permissions: [], policies: [], queues: [], exchanges: [], bindings: [] };

/** What the cluster has in it, with the beginnings of hashes; it cannot be read when the node does not say. */
export function definitionsSeen(api: Api): Fact<Definitions> {
  return answered('definitions', api, { path: definitions, parse: (answer) => {
    const said = jsonOf<Definitions>(answer);
    if (said === undefined) throw new Error(`${api.host.name} ${answer.status === 0 ? 'does not answer' : `answers ${answer.status}`}`);
    return { ...none, ...said };
  } });
}

/** The same from the node's own tool, which signs in nowhere and takes a second. */
export const definitionsExported: Fact<Definitions> = fact({
  name: 'exported definitions',
  command: sh`timeout 60 rabbitmqctl --quiet export_definitions - | ${masked}`,
  parse: ({ stdout }) => ({ ...none, ...(JSON.parse(stdout) as Definitions) }),
});

/** What is in a cluster that is not there yet. */
export const nothingSeen: Fact<Definitions> = fact({ name: 'definitions of nobody', command: sh`true`, parse: () => none });

/** One thing that is to be there: its key names it, and `body` makes it. */
export interface Thing {
  /** In words: `queue orders`. */
  readonly what: string;
  /** Below `/api`. */
  readonly path: string;
  readonly method?: 'PUT' | 'POST';
  readonly body: Values;
  /** Why it is not as wanted; undefined when it is. */
  readonly lacking: (now: Definitions) => 'absent' | 'other' | undefined;
  /** Nothing of it can be changed once it is there. */
  readonly fixed?: true;
}

const part = encodeURIComponent;

/** Everything that is wanted in the cluster, in the order in which it can be made. */
export function wantedThings(config: RabbitmqConfig, hash: { admin: Secret; app: Secret }): readonly Thing[] {
  const all = { configure: '.*', write: '.*', read: '.*' };
  const own = config.permissions ?? config.vhosts.map((vhost) => ({ vhost, ...all }));
  return [
    ...config.vhosts.map(vhostThing),
    userThing(user.admin, { hash: hash.admin, tags: ['administrator'] }),
    userThing(user.app, { hash: hash.app, tags: [] }),
    ...config.vhosts.map((vhost) => permissionThing(user.admin, { vhost, ...all })),
    ...own.map((permission) => permissionThing(user.app, permission)),
    ...config.policies.map(policyThing),
    ...config.exchanges.map(exchangeThing),
    ...config.queues.map(queueThing),
    ...config.bindings.map(bindingThing),
  ];
}

function thing<N>(about: Omit<Thing, 'lacking'> & { among: (now: Definitions) => readonly N[]; is: (one: N) => boolean; asWanted: (one: N) => boolean }): Thing {
  const { among, is, asWanted, ...rest } = about;
  return {
    ...rest,
    lacking: (now) => {
      const found = among(now).find(is);
      return found === undefined ? 'absent' : asWanted(found) ? undefined : 'other';
    },
  };
}

function vhostThing(name: string): Thing {
  return thing({ what: `virtual host ${name}`, path: `/vhosts/${part(name)}`, body: { default_queue_type: 'quorum' }, among: (now) => now.vhosts, is: (one) => one.name === name, asWanted: (one) => one.metadata?.default_queue_type === 'quorum' });
}

function userThing(name: string, { hash, tags }: { hash: Secret; tags: readonly string[] }): Thing {
  const body = { password_hash: hash.reveal(), hashing_algorithm: 'rabbit_password_hashing_sha256', tags: tags.join(',') };
  const tagsOf = (given: readonly string[] | string): readonly string[] => (typeof given === 'string' ? given.split(',').filter(Boolean) : given);
  return thing({ what: `user ${name}`, path: `/users/${part(name)}`, body, among: (now) => now.users, is: (one) => one.name === name, asWanted: (one) => one.password_hash.slice(0, told) === hash.reveal().slice(0, told) && tagsOf(one.tags).toSorted().join() === tags.toSorted().join() });
}

function permissionThing(name: string, wanted: { vhost: string; configure: string; write: string; read: string }): Thing {
  const { vhost, ...body } = wanted;
  return thing({ what: `permissions of ${name} in ${vhost}`, path: `/permissions/${part(vhost)}/${part(name)}`, body, among: (now) => now.permissions, is: (one) => one.user === name && one.vhost === vhost, asWanted: (one) => same(body, one) });
}

function policyThing(wanted: RabbitmqConfig['policies'][number]): Thing {
  const { vhost, name, applyTo, pattern, definition, priority } = wanted;
  const body = { pattern, definition, priority, 'apply-to': applyTo };
  return thing({ what: `policy ${name}`, path: `/policies/${part(vhost)}/${part(name)}`, body, among: (now) => now.policies, is: (one) => one.name === name && one.vhost === vhost, asWanted: (one) => same(body, one) && Object.keys(one.definition).length === Object.keys(definition).length });
}

function exchangeThing(wanted: RabbitmqConfig['exchanges'][number]): Thing {
  const { vhost, name, type, arguments: args } = wanted;
  const body = { type, durable: true, arguments: args };
  return thing({ what: `exchange ${name}`, fixed: true, path: `/exchanges/${part(vhost)}/${part(name)}`, body, among: (now) => now.exchanges, is: (one) => one.name === name && one.vhost === vhost, asWanted: (one) => same(body, one) });
}

function queueThing(wanted: RabbitmqConfig['queues'][number]): Thing {
  const { vhost, name, type, arguments: args } = wanted;
  const body = { durable: true, arguments: { ...args, 'x-queue-type': type } };
  // A classic queue may be exported without its type.
  return thing({ what: `queue ${name} (${type})`, fixed: true, path: `/queues/${part(vhost)}/${part(name)}`, body, among: (now) => now.queues, is: (one) => one.name === name && one.vhost === vhost, asWanted: (one) => same(body, { ...one, arguments: { 'x-queue-type': one.type ?? 'classic', ...one.arguments } }) });
}

function bindingThing({ vhost, exchange, queue, routingKey }: RabbitmqConfig['bindings'][number]): Thing {
  return thing({
    what: `binding of ${exchange} to ${queue}`,
    path: `/bindings/${part(vhost)}/e/${part(exchange)}/q/${part(queue)}`,
    method: 'POST',
    body: { routing_key: routingKey, arguments: {} },
    among: (now) => now.bindings,
    is: (one) => one.vhost === vhost && one.source === exchange && one.destination === queue && one.destination_type === 'queue' && one.routing_key === routingKey,
    asWanted: () => true,
  });
}

/** Everything wanted is there with its value; what is there besides does not matter. */
function same(wanted: unknown, now: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return wanted === now;
  return typeof now === 'object' && now !== null && Object.entries(wanted).every(([key, value]) => same(value, (now as Values)[key]));
}
