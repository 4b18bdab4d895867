import { randomBytes } from 'node:crypto';
import { haproxy } from '@keybuzz/mod-haproxy';
import { holds, met, notYet, packageState, type OpenHost, type Outcome, type Proof, proof, waitFor } from '@keybuzz/sdk';
import { withClient, type Connection } from './client.ts';
import { role } from './hba.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { preparedStatementsOf } from './pgbouncer.ts';
import { port } from './ports.ts';
import { preparedElsewhere } from './prepared.ts';
import { refusal } from './refusal.ts';
import { seatOf } from './seat.ts';

/** Proofs through the address that clients use, with their library; what they make is gone afterwards. */
export async function proofs(scope: PostgresScope): Promise<readonly Proof[]> {
  const { entry, proxies } = wantedOf(scope);
  const authority = await scope.certificates.authority();
  const at = (address: string, number: number): Connection => ({ address, port: number, ...seatOf(scope), authority });
  const to = (number: number): Connection => at(entry ?? proxies[0]?.address ?? '', number);
  const table = `keybuzz_proof_${randomBytes(4).toString('hex')}`;
  const plain = [
    { to: to(port.postgres), ...bySession },
    { to: to(port.replicas), ...bySession },
    { to: to(port.pooler), ...byPooler },
  ];
  return [
    await proof({ title: 'writes reach the primary on 5432' }, () => written(to(port.postgres), table)),
    await proof({ title: 'what was written is read from a replica on 5433' }, () => replicated(to(port.replicas), table)),
    await proof({ title: 'the pooler on 6432 takes transactions' }, () => pooled(to(port.pooler), table)),
    ...(await Promise.all([
      ...scope.hostsOf(haproxy).hosts.map((proxy) => proof({ title: 'prepared statements work on every server connection of the pooler', host: proxy.name }, () => prepared(at(proxy.address, port.pooler), { proxy, scope }))),
      proof({ title: 'a wrong password is refused' }, () => refusal({ ...to(port.postgres), password: 'wrong' }, { code: '28P01' })),
      proof({ title: 'a wrong password is refused by the pooler' }, () => refusal({ ...to(port.pooler), password: 'wrong' }, { code: '08P01', saying: 'authentication failed' })),
      ...plain.map(({ to: without, ...wanted }) => proof({ title: `a connection without TLS is refused on ${without.port}` }, () => refusal({ ...without, authority: undefined }, wanted))),
      proof({ title: 'extensions work: a vector is compared' }, () => compared(to(port.postgres), scope)),
    ])),
    await proof({ title: '200 clients at once are served by the pooler' }, () => crowd(to(port.pooler), 200)),
    await proof({ title: 'what the proofs made is gone' }, () => withClient(to(port.postgres), async (client) => {
      await client.query(`drop table if exists ${table}`);
      return holds(true, table);
    })),
  ];
}

// PostgreSQL finds no line of pg_hba for it; PgBouncer has one code for all that it refuses.
const bySession = { code: '28000', saying: 'no encryption' } as const;
const byPooler = { code: '08P01', saying: 'SSL required' } as const;

function written(to: Connection, table: string): Promise<Outcome> {
  return withClient(to, async (client) => {
    await client.query(`create table ${table} (number int primary key)`);
    await client.query(`insert into ${table} select generate_series(1, 1000)`);
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table} where not pg_is_in_recovery()`);
    return holds(rows[0]?.count === '1000', `${rows[0]?.count ?? 'no'} rows`);
  });
}

/** Replicas apply a moment later than they acknowledge. */
async function replicated(to: Connection, table: string): Promise<Outcome> {
  return withClient(to, (client) => waitFor('the rows are on the replica', async () => {
    const { rows } = await client.query<{ there: boolean; replica: boolean }>(`select to_regclass('${table}') is not null as there, pg_is_in_recovery() as replica`);
    if (rows[0]?.replica !== true) return met(holds(false, 'a primary answered'));
    const count = rows[0].there ? (await client.query<{ count: string }>(`select count(*) from ${table}`)).rows[0]?.count : '0';
    return count === '1000' ? met(holds(true, '1000 rows')) : notYet(`${count ?? 'no'} rows`);
  }, { within: 10_000, every: 100 }));
}

function pooled(to: Connection, table: string): Promise<Outcome> {
  return withClient(to, async (client) => {
    await client.query('begin');
    await client.query(`insert into ${table} values (1001)`);
    await client.query('rollback');
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${table} where not pg_is_in_recovery()`);
    return holds(rows[0]?.count === '1000', `${rows[0]?.count ?? 'no'} rows after a transaction that was rolled back`);
  });
}

async function prepared(to: Connection, { proxy, scope }: { proxy: OpenHost; scope: PostgresScope }): Promise<Outcome> {
  const pooler = packageState('pgbouncer');
  const { version = '' } = (await proxy.read([pooler]))(pooler);
  return preparedStatementsOf(scope.config.pooler, version) === 0 ? { holds: undefined, seen: `PgBouncer ${version} keeps none, as configured` } : preparedElsewhere(to);
}

/** In whichever database has the extension; the administrator may use every one. */
async function compared(to: Connection, { config, credentials }: PostgresScope): Promise<Outcome> {
  const found = config.databases.find(({ extensions }) => extensions.includes('vector'));
  if (found === undefined) return { holds: undefined, seen: 'no database has the extension vector' };
  return withClient({ ...to, user: role.admin, password: credentials.superuser, database: found.name }, async (client) => {
    const { rows } = await client.query<{ near: number }>(`select '[1,2,3]'::vector <-> '[1,2,4]'::vector as near`);
    return holds(rows[0]?.near === 1, `distance ${rows[0]?.near ?? 'none'}`);
  });
}

async function crowd(to: Connection, clients: number): Promise<Outcome> {
  const within = 30_000;
  const answers = await Promise.allSettled(Array.from({ length: clients }, (_, number) => withClient({ ...to, within }, async (client) => (await client.query<{ n: number }>('select $1::int as n, pg_sleep(0.05)', [number])).rows[0]?.n)));
  const served = answers.filter((answer, number) => answer.status === 'fulfilled' && answer.value === number).length;
  return holds(served === clients, `${served} of ${clients}`);
}
