import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, commandsOn, shown, type AcceptanceTwin, type Commands } from '@keybuzz/twin/acceptance';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of rabbitmq with TLS between nodes. ${machine.why}. To run it: ${machine.next}\n\n`);

const nodes = ['queue-01', 'queue-02', 'queue-03'];
const nothing = 'Nothing to change on 5 hosts.\n';
let twin: AcceptanceTwin;
let kb: Commands;

/** What a TLS client says of the port that queue-01 listens on for the other nodes. */
const spoken = (options: string): Promise<string> => twin.on('queue-02', `openssl s_client -connect queue-01:25672 -CAfile /etc/rabbitmq/inter_node/ca.pem -verify_return_error ${options} </dev/null 2>&1 || true`);
const own = '-cert /etc/rabbitmq/inter_node/node.pem -key /etc/rabbitmq/inter_node/node.key';

describe.skipIf(!machine.ok)('RabbitMQ with TLS between its nodes', () => {
  beforeAll(async () => {
    process.env['RABBITMQ_CONTENT'] = '{"interNodeTls":true}';
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: `${nodes.join(',')},haproxy-01,haproxy-02` });
    kb = commandsOn(twin);
  }, 300_000);
  afterAll(async () => {
    delete process.env['RABBITMQ_CONTENT'];
    await twin?.close();
  });

  it('comes up from bare hosts, is healthy, holds every proof, and then nothing is left to change', async () => {
    const result = await kb.rollout();
    expect(result.code, shown(result)).toBe(0);
    const [well, test, after] = [await kb.health('--only', 'rabbitmq'), await kb.test('--only', 'rabbitmq'), await kb.plan()];
    expect(well.code, shown(well)).toBe(0);
    expect(test.stdout, shown(test)).toContain('10 passed, 0 failed, 0 skipped');
    expect(after.stdout, shown(after)).toBe(nothing);
  }, 600_000);

  it('proves itself to other nodes by the name they call it, and speaks with none that proves nothing', async () => {
    expect(await spoken(`${own} -verify_hostname queue-01`)).toContain('Verified peername: queue-01');
    expect(await spoken(`${own} -verify_hostname queue-03`)).toMatch(/ostname mismatch/);
    expect(await spoken('-tls1_2')).toMatch(/alert (handshake failure|certificate required)/);
    expect(await twin.on('queue-01', 'rabbitmqctl --quiet eval "init:get_argument(proto_dist)."')).toBe('{ok,[["inet_tls"]]}');
  });

  it('takes a node back whose process was killed, and loses nothing meanwhile', async () => {
    const drill = await kb.drill('rabbitmq', 'node-killed');
    expect(drill.code, shown(drill)).toBe(0);
    const after = await kb.plan();
    expect(after.stdout, shown(after)).toBe(nothing);
  }, 300_000);

  it('is not switched while it runs, and is once all its nodes are stopped', async () => {
    delete process.env['RABBITMQ_CONTENT'];
    const refused = await kb.rollout();
    expect([refused.code, `${refused.stdout}${refused.stderr}`], shown(refused)).toEqual([1, expect.stringContaining('wanted is without TLS') as string]);
    await Promise.all(nodes.map((node) => twin.on(node, 'systemctl stop rabbitmq-server')));
    const result = await kb.rollout();
    expect(result.code, shown(result)).toBe(0);
    const [well, after] = [await kb.health('--only', 'rabbitmq'), await kb.plan()];
    expect(well.code, shown(well)).toBe(0);
    expect(after.stdout, shown(after)).toBe(nothing);
    expect(await spoken(own)).toContain('no peer certificate available');
  }, 600_000);
});
