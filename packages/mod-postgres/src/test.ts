import { randomBytes } from 'node:crypto';
import { holds, met, notYet, type Outcome, type Proof, proof, waitFor } from '@keybuzz/sdk';
import { withClient, type Connection } from './client.ts';
import { role } from './hba.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { port } from './ports.ts';

/** Proofs through the address that clients use, with their library; what they make is gone afterwards. */
export async function proofs(scope: PostgresScope): Promise<readonly Proof[]> {
  const { entry, proxies } = wantedOf(scope);
  const address = entry ?? proxies[0]?.address ?? '';
  const { credentials, config, certificates } = scope;
  const database = config.databases[0]?.name ?? 'postgres';
  const to = (number: number): Connection => ({ address, port: number, user: role.app, password: credentials.app, database, authority });
  const authority = await certificates.authority();
  const table = `keybuzz_proof_${randomBytes(4).toString('hex')}`;
  const admin = (number: number): Connection => ({ ...to(number), user: role.admin, password: credentials.superuser });
  const made: Proof[] = [];
  try {
    made.push(
      await proof({ title: 'writes reach the primary on 5432' }, () => withClient(to(port.postgres), async (client) => {
        await client.query(`create table ${table} (number int primary key)`);
        await client.query(`insert into ${table} select generate_series(1, 1000)`);
        const { rows } = await client.query<{ count: string }>(`select count(*) from ${table} where not pg_is_in_recovery()`);
        return holds(rows[0]?.count === '1000', `${rows[0]?.count ?? 'no'} rows`);
      })),
      await proof({ title: 'what was written is read from a replica on 5433' }, () => replicated(to(port.replicas), table)),
      await proof({ title: 'the pooler on 6432 takes transactions and prepared statements' }, () => pooled(to(port.pooler), table)),
    );
    made.push(...(await Promise.all([
      proof({ title: 'a wrong password is refused' }, () => refused({ ...to(port.postgres), password: 'wrong' }, '28P01')),
      proof({ title: 'a wrong password is refused by the pooler' }, () => refused({ ...to(port.pooler), password: 'wrong' }, '08P01')),
      proof({ title: 'a connection without TLS is refused' }, () => withoutTls(to(port.postgres))),
      proof({ title: 'extensions work: a vector is compared' }, () => withClient(to(port.postgres), async (client) => {
        const { rows } = await client.query<{ near: number }>(`select '[1,2,3]'::vector <-> '[1,2,4]'::vector as near`);
        return holds(rows[0]?.near === 1, `distance ${rows[0]?.near ?? 'none'}`);
      })),
    ])));
    made.push(await proof({ title: '200 clients at once are served by the pooler' }, () => crowd(to(port.pooler), 200)));
  } finally {
    await withClient(admin(port.postgres), (client) => client.query(`drop table if exists ${table}`)).catch(() => undefined);
  }
  return made;
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
    const first = await client.query<{ number: number }>({ name: 'proof', text: `select number from ${table} where number = $1`, values: [7] });
    await client.query('commit');
    const second = await client.query<{ number: number }>({ name: 'proof', text: `select number from ${table} where number = $1`, values: [8] });
    return holds(first.rows[0]?.number === 7 && second.rows[0]?.number === 8, 'prepared once, used in two transactions');
  });
}

async function refused(to: Connection, code: string): Promise<Outcome> {
  try {
    await withClient(to, () => Promise.resolve());
    return holds(false, 'it was let in');
  } catch (error) {
    const seen = (error as { code?: string }).code ?? (error as Error).message;
    return holds(seen === code, seen);
  }
}

async function withoutTls({ address, port: number, user, password, database }: Connection): Promise<Outcome> {
  const { default: { Client } } = await import('pg');
  const client = new Client({ host: address, port: number, user, password: typeof password === 'string' ? password : password.reveal(), database, ssl: false, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return holds(false, 'it was let in');
  } catch (error) {
    return holds((error as { code?: string }).code === '28000', (error as Error).message);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function crowd(to: Connection, clients: number): Promise<Outcome> {
  const within = 30_000;
  const answers = await Promise.allSettled(Array.from({ length: clients }, (_, number) => withClient({ ...to, within }, async (client) => (await client.query<{ n: number }>('select $1::int as n, pg_sleep(0.05)', [number])).rows[0]?.n)));
  const served = answers.filter((answer, number) => answer.status === 'fulfilled' && answer.value === number).length;
  return holds(served === clients, `${served} of ${clients}`);
}
