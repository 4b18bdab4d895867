import { Secret } from '@keybuzz/sdk';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { config } from '../src/config.ts';
import { wantedThings, type Definitions } from '../src/definitions.ts';
import { passwordHash } from '../src/password-hash.ts';

const hash = { admin: Secret.of('rabbitmq/admin-hash', 'QQ=='), app: Secret.of('rabbitmq/app-hash', 'Qg==') };
const wanted = parse(config, {
  policies: [{ name: 'short', pattern: '^short', definition: { 'message-ttl': 1000 } }],
  queues: [{ name: 'orders', arguments: { 'x-max-length': 10 } }],
  exchanges: [{ name: 'events' }],
  bindings: [{ exchange: 'events', queue: 'orders', routingKey: 'order.#' }],
});
const now: Definitions = {
  users: [{ name: 'kb_rmq', password_hash: 'QQ==', tags: ['administrator'] }, { name: 'kb_app', password_hash: 'Qg==', tags: [] }],
  vhosts: [{ name: '/', metadata: { default_queue_type: 'quorum' } }],
  permissions: ['kb_rmq', 'kb_app'].map((user) => ({ user, vhost: '/', configure: '.*', write: '.*', read: '.*' })),
  policies: [{ vhost: '/', name: 'short', pattern: '^short', 'apply-to': 'queues', definition: { 'message-ttl': 1000 }, priority: 0 }],
  queues: [{ vhost: '/', name: 'orders', type: 'quorum', durable: true, arguments: { 'x-queue-type': 'quorum', 'x-max-length': 10 } }],
  exchanges: [{ vhost: '/', name: 'events', type: 'topic', durable: true, arguments: {} }],
  bindings: [{ vhost: '/', source: 'events', destination: 'orders', destination_type: 'queue', routing_key: 'order.#' }],
};
const lacking = (seen: Definitions): readonly string[] => wantedThings(wanted, hash).flatMap((thing) => (thing.lacking(seen) === undefined ? [] : [`${thing.lacking(seen) ?? ''}: ${thing.what}`]));

describe('what is in a cluster', () => {
  it('lacks nothing when all of it is there', () => {
    expect(lacking(now)).toEqual([]);
  });

  it('is made in an order in which each can be', () => {
    const none: Definitions = { users: [], vhosts: [], permissions: [], policies: [], queues: [], exchanges: [], bindings: [] };
    expect(lacking(none)).toEqual(['virtual host /', 'user kb_rmq', 'user kb_app', 'permissions of kb_rmq in /', 'permissions of kb_app in /', 'policy short', 'exchange events', 'queue orders (quorum)', 'binding of events to orders'].map((what) => `absent: ${what}`));
  });

  it.each<[string, Partial<Definitions>, string]>([
    ['another password', { users: [{ name: 'kb_rmq', password_hash: 'QQ==', tags: 'administrator' }, { name: 'kb_app', password_hash: 'QQ==', tags: '' }] }, 'other: user kb_app'],
    ['a right too many', { permissions: now.permissions.map((each) => ({ ...each, read: each.user === 'kb_app' ? 'x' : '.*' })) }, 'other: permissions of kb_app in /'],
    ['a queue declared classic by hand', { queues: [{ vhost: '/', name: 'orders', durable: true, arguments: { 'x-max-length': 10 } }] }, 'other: queue orders (quorum)'],
    ['a policy with more in it', { policies: now.policies.map((each) => ({ ...each, definition: { ...each.definition, 'max-length': 1 } })) }, 'other: policy short'],
    ['a virtual host whose queues are classic', { vhosts: [{ name: '/' }] }, 'other: virtual host /'],
  ])('sees %s', (_, part, told) => {
    expect(lacking({ ...now, ...part })).toEqual([told]);
  });

  it('names things in paths so that no name is a path', () => {
    expect(wantedThings(wanted, hash).map(({ path }) => path)).toContain('/bindings/%2F/e/events/q/orders');
  });
});

describe('the hash of a password', () => {
  it('is RabbitMQ’s: salt, then SHA-256 of salt and password', () => {
    // Computed with sha256sum.
    expect(passwordHash(Secret.of('p', 'test12'), Buffer.from('908dc60a', 'hex'))).toBe('kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR');
  });
});
