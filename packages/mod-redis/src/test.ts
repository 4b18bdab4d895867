import { randomBytes } from 'node:crypto';
import { holds, met, notYet, type Outcome, type Proof, proof, waitFor } from '@keybuzz/sdk';
import { connected, connectedThrough, withClient, type Connection } from './client.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { port } from './ports.ts';

/** Proofs through the address that clients use, and through the Sentinels, with a client library; what they make is gone afterwards. */
export async function proofs(scope: RedisScope): Promise<readonly Proof[]> {
  const { entry, members } = wantedOf(scope);
  const { credentials, config } = scope;
  const authority = config.tls ? await scope.certificates.authority() : undefined;
  const to = (number: number): Connection => ({ address: entry, port: number, user: config.appUser, password: credentials.app, authority });
  const through = { sentinels: members.map(({ address }) => ({ host: address, port: port.sentinel })), sentinelPassword: credentials['sentinel-clients'], masterName: config.masterName, user: config.appUser, password: credentials.app, authority };
  const key = `keybuzz:proof:${randomBytes(4).toString('hex')}`;
  const made: Proof[] = [];
  try {
    made.push(
      await proof({ title: 'writes reach the master on 6379, and a replica confirms them' }, () => withClient(connected(to(port.redis)), async (client) => {
        await client.rpush(key, ...Array.from({ length: 1000 }, (_, number) => String(number)));
        const [count, confirmed] = [await client.llen(key), await client.wait(1, 2000)];
        return holds(count === 1000 && confirmed >= 1, `${count} entries, confirmed by ${confirmed}`);
      })),
      await proof({ title: 'the Sentinels lead to the same master' }, () => withClient(connectedThrough(through), async (client) => {
        const [count, pushed] = [await client.llen(key), await client.rpush(key, 'sentinel')];
        return holds(count === 1000 && pushed === 1001, `${count} entries`);
      })),
    );
    if (config.reads) made.push(await proof({ title: 'what was written is read from a replica on 6380, which takes no writes' }, () => replicated(to(port.reads), key)));
    made.push(...(await Promise.all([
      proof({ title: 'a wrong password is refused' }, () => refused({ ...to(port.redis), password: 'wrong' }, 'WRONGPASS')),
      proof({ title: 'the user default is refused' }, () => refused({ ...to(port.redis), user: 'default' }, 'WRONGPASS')),
      proof({ title: 'applications may not steer the server' }, () => withClient(connected(to(port.redis)), async (client) => {
        const said = await client.config('GET', 'maxmemory').then(() => 'it was let', (error: unknown) => (error as Error).message);
        return holds(said.includes('NOPERM'), said);
      })),
      proof({ title: 'a Sentinel asks for its own password' }, () => refused({ address: members[0]?.address ?? '', port: port.sentinel, user: 'default', password: 'wrong', authority }, 'WRONGPASS')),
      ...(config.tls ? unencrypted(to(port.redis), config.reads ? [port.redis, port.reads] : [port.redis]) : []),
      proof({ title: '100 clients at once are served' }, () => crowd(to(port.redis), 100)),
    ])));
  } finally {
    await withClient(connected(to(port.redis)), (client) => client.del(key)).catch(() => undefined);
  }
  return made;
}

/** Whoever speaks without TLS is cut off before anything is answered. */
function unencrypted(to: Connection, ports: readonly number[]): readonly Promise<Proof>[] {
  return ports.map((number) => proof({ title: `a connection without TLS is refused on ${number}` }, () => refused({ ...to, port: number, authority: undefined }, /^Connection is closed|ECONNRESET/)));
}

/** A replica applies a moment later than the master. */
function replicated(to: Connection, key: string): Promise<Outcome> {
  return withClient(connected(to), async (client) => {
    const count = await waitFor('the entries are on the replica', async () => {
      const there = await client.llen(key);
      return there === 1001 ? met(there) : notYet(`${there} entries`);
    }, { within: 10_000, every: 100 });
    const said = await client.rpush(key, 'never').then(() => 'a write was taken', (error: unknown) => (error as Error).message);
    return holds(said.startsWith('READONLY'), `${count} entries; a write: ${said}`);
  });
}

async function refused(to: Connection, code: string | RegExp): Promise<Outcome> {
  try {
    await withClient(connected(to), () => Promise.resolve());
    return holds(false, 'it was let in');
  } catch (error) {
    const { message } = error as Error;
    return holds(typeof code === 'string' ? message.includes(code) : code.test(message), message);
  }
}

async function crowd(to: Connection, clients: number): Promise<Outcome> {
  const answers = await Promise.allSettled(Array.from({ length: clients }, (_, number) => withClient(connected({ ...to, within: 20_000 }), (client) => client.echo(String(number)))));
  const served = answers.filter((answer, number) => answer.status === 'fulfilled' && answer.value === String(number)).length;
  return holds(served === clients, `${served} of ${clients}`);
}
