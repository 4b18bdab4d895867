import { randomBytes } from 'node:crypto';
import { fact, holds, met, notYet, type Outcome, type Proof, proof, sh, waitFor } from '@keybuzz/sdk';
import { connected, withClient, type Connection } from './client.ts';
import { confirming, heldBack } from './confirmed.ts';
import { user } from './credentials.ts';
import { applicationVhost } from './endpoints.ts';
import { drained } from './drain.ts';
import { wantedOf, type RabbitmqScope } from './members.ts';
import { queuesSeen, type QueueSeen } from './node-facts.ts';
import { port } from './ports.ts';

/** Proofs through the address that clients use, with their library; what they make is gone afterwards. */
export async function proofs(scope: RabbitmqScope): Promise<readonly Proof[]> {
  const { members, entry } = wantedOf(scope);
  const { credentials, config } = scope;
  const to: Connection = { address: entry, user: user.app, password: credentials.app, vhost: applicationVhost(config) };
  const queue = `keybuzz_proof_${randomBytes(4).toString('hex')}`;
  try {
    const published = await proof({ title: `1000 messages are confirmed through ${entry}:${port.amqp}` }, () => withClient(to, async (client) => {
      const { channel, publish } = await confirming(client);
      await channel.assertQueue(queue, { durable: true });
      await Promise.race([Promise.all(Array.from({ length: 1000 }, (_, number) => publish(queue, String(number)))), heldBack(client)]);
      return holds(true, '1000 confirmed');
    }));
    const seen = await proof({ title: 'a queue declared without a type is a quorum queue on every node' }, () => declaredAs(scope, queue, members.length));
    const consumed = await proof({ title: 'they are consumed in their order' }, async () => {
      const bodies = await drained(to, queue);
      return holds(bodies.length === 1000 && bodies.every((body, at) => body === String(at)), `${bodies.length} messages`);
    });
    return [published, seen, consumed, ...(await Promise.all([
      proof({ title: 'a wrong password is refused' }, () => refused({ ...to, password: 'wrong' })),
      proof({ title: 'the user guest is refused' }, () => refused({ ...to, user: 'guest', password: 'guest' })),
      proof({ title: 'a queue that is neither durable nor exclusive is refused' }, () => transientRefused(to, queue)),
      ...members.map(({ name, address }) => proof({ title: `${name} serves by itself` }, () => withClient({ ...to, address }, async () => holds(true, 'connected')))),
      proof({ title: 'the metrics are there on every node' }, () => metrics(scope)),
    ]))];
  } finally {
    await withClient(to, async (client) => (await client.createChannel()).deleteQueue(queue)).catch(() => undefined);
  }
}

/** The API shows a new queue a moment later. */
async function declaredAs({ cluster, credentials }: RabbitmqScope, name: string, members: number): Promise<Outcome> {
  const [host] = cluster.hosts;
  if (host === undefined) return holds(false, 'no host could be asked');
  const queues = queuesSeen({ host, password: credentials.admin });
  const found = await waitFor<QueueSeen>(`${name} in the list of queues`, async () => {
    const queue = (await host.read([queues]))(queues)?.find((each) => each.name === name);
    return queue === undefined ? notYet('not there') : met(queue);
  }, { within: 10_000, every: 250 });
  return holds(found.type === 'quorum' && found.online.length === members, `${found.type}, ${found.online.length} of ${members} members online`);
}

async function refused(to: Connection): Promise<Outcome> {
  try {
    await (await connected(to)).close();
    return holds(false, 'it was let in');
  } catch (error) {
    const { message } = error as Error;
    return holds(/ACCESS.REFUSED/.test(message), message);
  }
}

/** The answer to what is refused so closes the whole connection, which then tells why. */
async function transientRefused(to: Connection, name: string): Promise<Outcome> {
  return withClient(to, async (client) => {
    const why = new Promise<string>((resolve) => void client.once('error', (error: Error) => resolve(error.message)));
    const channel = await client.createChannel();
    channel.on('error', () => undefined);
    try {
      await channel.assertQueue(`${name}_transient`, { durable: false, autoDelete: true, arguments: { 'x-queue-type': 'classic' } });
      await channel.deleteQueue(`${name}_transient`);
      return holds(false, 'it was declared');
    } catch (error) {
      const message = (error as Error).message.includes('transient_nonexcl_queues') ? (error as Error).message : await why;
      return holds(message.includes('transient_nonexcl_queues'), message);
    }
  });
}

async function metrics({ cluster }: RabbitmqScope): Promise<Outcome> {
  const found = await cluster.each(async (host) => {
    const count = fact({ name: 'metrics', command: sh`curl --silent --max-time 5 ${`http://${host.address}:${port.metrics}/metrics`}`, anyExit: true, parse: ({ stdout }) => /^rabbitmq_build_info/m.test(stdout) });
    return (await host.read([count]))(count);
  });
  return holds(found.every(Boolean), `${found.filter(Boolean).length} of ${found.length} nodes`);
}
