import * as v from 'valibot';

/** Directives that this module gives itself, with what to say instead: with others the set would not be reached, not be safe, or not be one. */
const own: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['bind', 'port', 'unixsocket', 'protected-mode', 'dir', 'logfile', 'include', 'daemonize', 'supervised', 'pidfile', 'shutdown-on-sigterm', 'rename-command', 'replica-announce-ip', 'slave-announce-ip', 'replica-announce-port', 'slave-announce-port', 'cluster-enabled', 'sentinel'].map((key) => [key, 'it is where the set, its proxies and systemd look for it'])),
  ...Object.fromEntries(['tls-port', 'tls-cert-file', 'tls-key-file', 'tls-key-file-pass', 'tls-ca-cert-file', 'tls-ca-cert-dir', 'tls-auth-clients', 'tls-replication', 'tls-cluster'].map((key) => [key, 'it follows from `tls`'])),
  ...Object.fromEntries(['aclfile', 'user', 'requirepass', 'masteruser', 'masterauth'].map((key) => [key, 'users and passwords are those of the secret store: keybuzz secrets'])),
  ...Object.fromEntries(['replicaof', 'slaveof', 'replica-priority', 'slave-priority'].map((key) => [key, 'Sentinel decides who leads: keybuzz switchover redis'])),
  ...Object.fromEntries(['min-replicas-to-write', 'min-slaves-to-write', 'min-replicas-max-lag', 'min-slaves-max-lag', 'appendonly', 'replica-read-only', 'slave-read-only'].map((key) => [key, 'it follows from `rpo` and `rto`'])),
};

const directive = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]*$/, 'a directive of redis.conf'),
  v.check((key) => !Object.hasOwn(own, key), ({ input }) => `${input} is given by this module: ${own[input] ?? ''}`),
);

/** What can be said of Redis; unknown keys are refused by name. */
export const config = v.strictObject({
  engine: v.optional(v.pipe(v.picklist(['redis', 'valkey']), v.description('Which server: Redis, or Valkey, which speaks the same protocol (Debian 13 and later)')), 'redis'),
  source: v.optional(v.pipe(v.picklist(['distro', 'upstream']), v.description('Where packages come from: the distribution (Debian 12: 7.0, Debian 13: 8.0), or the Redis project’s own repository')), 'distro'),
  upstream: v.optional(
    v.strictObject({
      uri: v.optional(v.pipe(v.string(), v.url(), v.description('The repository, or a mirror of it')), 'https://packages.redis.io/deb'),
      packageVersion: v.optional(v.pipe(v.string(), v.description('Exact version or prefix of redis-server, such as `6:8.2.1-*`; required with `upstream`'))),
      signingKey: v.optional(v.pipe(v.string(), v.description("File with the repository's signing key (ASCII armour), relative to the working folder; required with `upstream`"))),
    }),
    {},
  ),
  masterName: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9._-]+$/, 'a name that Sentinel takes'), v.description('What Sentinel, and clients that ask it, call the master')), 'kb-redis-master'),
  purpose: v.optional(v.pipe(v.picklist(['cache', 'queue']), v.description('queue: a full memory refuses writes and forgets nothing. cache: the least recently used keys make room')), 'queue'),
  memory: v.optional(v.pipe(v.number(), v.minValue(0.05), v.maxValue(0.9), v.description("Part of the host's memory that keys may take: `maxmemory`")), 0.6),
  rto: v.optional(v.pipe(v.picklist(['fast', 'balanced', 'safe']), v.description('How quickly a lost master is replaced: sets the timers of Sentinel, HAProxy and systemd together')), 'fast'),
  rpo: v.optional(v.pipe(v.picklist(['zero', 'bounded']), v.description('zero: a master without a replica that keeps up refuses writes, and what WAIT confirmed outlives its master. bounded: a master writes alone')), 'zero'),
  tls: v.optional(v.pipe(v.boolean(), v.description('Every connection is encrypted, of clients, replicas, Sentinels and checks, with certificates of the stack’s authority; none without TLS is taken. Not changed while the set runs')), false),
  appUser: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*$/, 'small letters, digits and underscores'), v.description('The user of applications; the user `default` is off')), 'kb_app'),
  reads: v.optional(v.pipe(v.boolean(), v.description('Port 6380 of the proxies leads to the replicas')), true),
  parameters: v.optional(v.pipe(v.record(directive, v.union([v.pipe(v.string(), v.regex(/^[^\n\r]*$/, 'one line')), v.number()])), v.description('Directives of redis.conf that win over the defaults of this module; those that make the set what it is are refused by name')), {}),
});

export type RedisConfig = v.InferOutput<typeof config>;
