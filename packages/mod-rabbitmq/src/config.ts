import * as v from 'valibot';

const count = (description: string, value: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description(description)), value);
const named = (description: string) => v.pipe(v.string(), v.regex(/^[^\s\p{Cc}][^\p{Cc}]{0,250}$/u, 'a name'), v.description(description));
const setting = v.union([v.string(), v.number(), v.boolean()]);
const argument = v.optional(v.pipe(v.record(v.string(), setting), v.description('Arguments beside the type')), {});
const vhost = v.optional(named('Virtual host it is in'), '/');

const permission = v.strictObject({
  vhost,
  configure: v.optional(v.pipe(v.string(), v.description('Regular expression of what the user may declare and delete')), '.*'),
  write: v.optional(v.pipe(v.string(), v.description('Regular expression of what the user may publish to')), '.*'),
  read: v.optional(v.pipe(v.string(), v.description('Regular expression of what the user may consume from')), '.*'),
});

const policy = v.strictObject({
  vhost,
  name: named('Name of the policy'),
  pattern: v.pipe(v.string(), v.description('Regular expression of the names it is for')),
  applyTo: v.optional(v.pipe(v.picklist(['all', 'queues', 'classic_queues', 'quorum_queues', 'streams', 'exchanges']), v.description('What it is for')), 'queues'),
  definition: v.pipe(v.record(v.string(), setting), v.description('What it sets')),
  priority: v.optional(v.pipe(v.number(), v.integer(), v.description('The highest of several wins')), 0),
});

const queue = v.strictObject({
  vhost,
  name: named('Name of the queue'),
  type: v.optional(v.pipe(v.picklist(['quorum', 'classic', 'stream']), v.description('Only quorum queues and streams are on three hosts')), 'quorum'),
  arguments: argument,
});

const exchange = v.strictObject({
  vhost,
  name: named('Name of the exchange'),
  type: v.optional(v.pipe(v.picklist(['direct', 'fanout', 'topic', 'headers']), v.description('How it routes')), 'topic'),
  arguments: argument,
});

const binding = v.strictObject({
  vhost,
  exchange: named('Where messages come from'),
  queue: named('Where they go'),
  routingKey: v.optional(v.pipe(v.string(), v.description('The key they must have')), ''),
});

/** What can be said of the RabbitMQ cluster. */
export const config = v.strictObject({
  cluster: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'a name in kebab case'), v.description('Name of the cluster')), 'keybuzz-queue'),
  source: v.optional(v.pipe(v.picklist(['distro', 'upstream']), v.description('Where packages come from: the distribution (Debian 13: 4.0), or the RabbitMQ team’s own repositories')), 'distro'),
  upstream: v.optional(
    v.strictObject({
      uris: v.optional(v.pipe(v.array(v.pipe(v.string(), v.url())), v.description('Repositories of RabbitMQ and of the Erlang that goes with it, or mirrors of them; required with `upstream`')), []),
      packageVersion: v.optional(v.pipe(v.string(), v.description('Exact version or prefix of rabbitmq-server, such as `4.2.1-*`; required with `upstream`'))),
      signingKey: v.optional(v.pipe(v.string(), v.description("File with the repositories' signing key (ASCII armour), relative to the working folder; required with `upstream`"))),
    }),
    {},
  ),
  rto: v.optional(v.pipe(v.picklist(['fast', 'balanced', 'safe']), v.description('How soon a silent node counts as lost: sets the timers of Erlang, of the queues’ elections and of HAProxy together')), 'fast'),
  interNodeTls: v.optional(v.pipe(v.boolean(), v.description('Whether nodes and their tools speak TLS with one another, each with a certificate of the stack’s authority; a running cluster is not switched')), false),
  heartbeat: count('Seconds between AMQP heartbeats that the server proposes', 60),
  consumerTimeout: count('Milliseconds a consumer may hold a message without an answer', 1_800_000),
  memoryWatermark: v.optional(v.pipe(v.number(), v.minValue(0.1), v.maxValue(0.7), v.description('Part of the memory from which publishers are held back')), 0.6),
  diskFree: v.optional(v.pipe(v.string(), v.regex(/^\d+(MB|GB|MiB|GiB)$/, 'a size such as 2GB'), v.description('Free space below which publishers are held back')), '2GB'),
  settings: v.optional(v.pipe(v.record(v.string(), setting), v.description('Keys of rabbitmq.conf that win over those of this module')), {}),
  plugins: v.optional(v.pipe(v.array(v.pipe(v.string(), v.regex(/^rabbitmq_[a-z0-9_]+$/, 'the name of a plugin'))), v.description('Plugins besides the management interface and the metrics')), []),
  vhosts: v.optional(v.pipe(v.array(named('Name')), v.description('Virtual hosts that are there')), ['/']),
  permissions: v.optional(v.pipe(v.array(permission), v.description('What the application’s user kb_app may do; everything in every virtual host when not said'))),
  policies: v.optional(v.pipe(v.array(policy), v.description('Policies that are there')), []),
  queues: v.optional(v.pipe(v.array(queue), v.description('Queues that are there')), []),
  exchanges: v.optional(v.pipe(v.array(exchange), v.description('Exchanges that are there')), []),
  bindings: v.optional(v.pipe(v.array(binding), v.description('Ways from exchanges to queues that are there')), []),
});

export type RabbitmqConfig = v.InferOutput<typeof config>;
