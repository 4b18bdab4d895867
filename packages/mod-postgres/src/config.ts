import * as v from 'valibot';
import { contradiction, databases, roles } from './content-config.ts';

const text = (description: string, value: string) => v.optional(v.pipe(v.string(), v.nonEmpty(), v.description(description)), value);
const count = (description: string, value: number) => v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.description(description)), value);
const keys = v.strictObject({
  cluster: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, 'a name in kebab case'), v.description('Name of the cluster, Patroni’s scope')), 'keybuzz-pg'),
  version: v.optional(v.pipe(v.picklist(['15', '16', '17', '18']), v.description('Major version of PostgreSQL: one that the source has (Debian 12: 15, Debian 13: 17)')), '17'),
  source: v.optional(v.pipe(v.picklist(['distro', 'upstream']), v.description('Where packages come from: the distribution, or the PostgreSQL project’s own repository (PGDG)')), 'distro'),
  upstream: v.optional(
    v.strictObject({
      uri: v.optional(v.pipe(v.string(), v.url(), v.description('The PGDG repository, or a mirror of it')), 'https://apt.postgresql.org/pub/repos/apt'),
      packageVersion: v.optional(v.pipe(v.string(), v.description('Exact version or prefix of postgresql-NN, such as `17.6-*`; required with `upstream`'))),
      patroniVersion: v.optional(v.pipe(v.string(), v.description('Exact version or prefix of patroni, such as `4.1.4-*`; required with `upstream`'))),
      signingKey: v.optional(v.pipe(v.string(), v.description("File with the repository's signing key (ASCII armour), relative to the working folder; required with `upstream`"))),
    }),
    {},
  ),
  dataDirectory: v.optional(v.pipe(v.string(), v.regex(/^\/[\w./-]+[\w-]$/, 'an absolute path'), v.description('Where the data is; mode 0700. A volume mounted there is used as it is, never formatted')), '/opt/keybuzz/postgres/data'),
  locale: text('Locale of the cluster, fixed when it is made', 'C.UTF-8'),
  dcs: v.optional(v.pipe(v.picklist(['etcd', 'raft']), v.description('Where Patroni keeps who leads: three etcd beside PostgreSQL, or Patroni’s own Raft, which its authors deprecate')), 'etcd'),
  rto: v.optional(v.pipe(v.picklist(['fast', 'balanced', 'safe']), v.description('How quickly a lost leader is replaced: sets the timers of Patroni, HAProxy and PgBouncer together')), 'fast'),
  rpo: v.optional(v.pipe(v.picklist(['zero', 'bounded']), v.description('zero: an acknowledged write is on two hosts. bounded: replicas may lag by 1 MiB')), 'zero'),
  replicaLag: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d*(kB|MB|GB)$/, 'a number and kB, MB or GB, such as 64MB'), v.description('A replica further behind serves no reads on 5433, and its sessions there are closed; as it is known once a loop of Patroni')), '64MB'),
  passwordDays: count('Days after which health asks for another password of a role', 365),
  maxConnections: count('max_connections of PostgreSQL', 200),
  parameters: v.optional(v.pipe(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), v.description('Parameters of PostgreSQL that win over the defaults of this module')), {}),
  databases: v.optional(v.pipe(databases, v.description('Databases that are there: `name`, `owner` (`kb_app`, `kb_admin` or one of `roles`), `extensions`')), [{ name: 'keybuzz', owner: 'kb_app', extensions: ['vector', 'uuid-ossp', 'pgcrypto', 'pg_stat_statements'] }]),
  roles: v.optional(v.pipe(roles, v.description('Roles besides those of this module, which may log in: `name`, `attributes` (`CREATEDB`, `CREATEROLE`, `REPLICATION`), `grants` (`database` and `access`: `connect`, `read` or `write`); the password of one is the credential `role-NAME`')), []),
  pooler: v.optional(
    v.strictObject({
      maxClients: count('Clients that PgBouncer takes on each proxy', 1000),
      poolSize: count('Server connections for each user and database, on each proxy', 40),
      preparedStatements: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.description('Prepared statements kept for each client connection; when not said 200, or none where PgBouncer is older than 1.21 and cannot'))),
    }),
    {},
  ),
});

/** What can be said of the PostgreSQL cluster. */
export const config = v.pipe(keys, v.check((all) => contradiction(all) === undefined, ({ input }) => contradiction(input) ?? ''));

export type PostgresConfig = v.InferOutput<typeof config>;
