import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkMachine } from '@keybuzz/twin';
import { acceptanceTwin, type AcceptanceTwin, type CliResult } from '@keybuzz/twin/acceptance';

const machine = await checkMachine();
if (!machine.ok) process.stderr.write(`\nSKIPPED: the acceptance of rabbitmq. ${machine.why}. To run it: ${machine.next}\n\n`);

const [first, second, third] = ['queue-01', 'queue-02', 'queue-03'];
const nodes = [first, second, third];
let twin: AcceptanceTwin;

const plan = (): Promise<CliResult> => twin.keybuzz('plan', '--on', 'twin');
const rollout = (): Promise<CliResult> => twin.keybuzz('rollout', '--on', 'twin', '--yes', '--json');
const health = (): Promise<CliResult> => twin.keybuzz('health', '--on', 'twin', '--only', 'rabbitmq', '--json');
const events = ({ stdout }: CliResult): { type: string; host?: string; message?: string; summary?: string }[] => stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line) as { type: string });
const changes = (result: CliResult): string[] => events(result).filter((e) => e.type === 'change').map((e) => `${e.host ?? ''}: ${e.summary ?? ''}`);
const failures = (result: CliResult): string => JSON.stringify(events(result).filter((e) => e.type === 'failure'));
const shown = ({ code, stdout, stderr }: CliResult): string => `exit ${code}\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`;
const started = (): Promise<string[]> => Promise.all(nodes.map((host) => twin.on(host, 'systemctl show -p ExecMainStartTimestampMonotonic --value rabbitmq-server')));
const nothing = 'Nothing to change on 5 hosts.\n';

/** What the work came to, and the command line of every process that was seen on the nodes while it went on. */
async function watched<T>(work: () => Promise<T>): Promise<{ done: T; lines: string }> {
  const script = 'rm -f /run/enough; until [ -e /run/enough ]; do for each in /proc/[0-9]*; do tr "\\0" " " < $each/cmdline; echo; done 2>/dev/null; read -t 0.1 < /run/never; done | sort -u';
  const watching = Promise.all(nodes.map((host) => twin.on(host, `mkfifo /run/never; exec 9<>/run/never; bash -c '${script.replaceAll('read -t 0.1 < /run/never', 'read -t 0.1 -u 9')}'`)));
  try {
    const done = await work();
    await Promise.all(nodes.map((host) => twin.on(host, 'touch /run/enough')));
    return { done, lines: (await watching).join('\n') };
  } finally {
    await Promise.all(nodes.map((host) => twin.on(host, 'touch /run/enough; rm -f /run/never')));
  }
}

describe.skipIf(!machine.ok)('the queues of the inventory', () => {
  beforeAll(async () => {
    twin = await acceptanceTwin({ stack: new URL('stack.ts', import.meta.url).pathname, hosts: `${nodes.join(',')},haproxy-01,haproxy-02` });
  }, 300_000);
  afterEach(() => {
    delete process.env['RABBITMQ_SETTINGS'];
    delete process.env['RABBITMQ_CONTENT'];
    delete process.env['RABBITMQ_HOSTS'];
  });
  afterAll(() => twin?.close());

  it('are one cluster after a rollout of bare hosts, and then nothing is left to change nor restarted; no secret was in a command line', async () => {
    const { done: result, lines } = await watched(rollout);
    expect(result.code, shown(result)).toBe(0);
    const cookie = await twin.on(first, 'cat /var/lib/rabbitmq/.erlang.cookie; stat -c " %a %U" /var/lib/rabbitmq/.erlang.cookie');
    expect(cookie).toMatch(/^[0-9a-f]{48} 400 rabbitmq$/);
    expect(lines).toContain('rabbitmq');
    expect(lines).not.toContain(cookie.slice(0, 48));
    expect(lines).not.toMatch(/kb_rmq:|"password_hash":"/);
    const after = await plan();
    expect(after.stdout, shown(after)).toBe(nothing);
    const before = await started();
    const again = await rollout();
    expect([again.code, changes(again), await started()], shown(again)).toEqual([0, [], before]);
  }, 600_000);

  it('are healthy, and every proof holds', async () => {
    const now = await health();
    expect(now.code, shown(now)).toBe(0);
    const test = await twin.keybuzz('test', '--on', 'twin', '--only', 'rabbitmq');
    expect(test.stdout, shown(test)).toContain('10 passed, 0 failed, 0 skipped');
  });

  it('show the Internet nothing', async () => {
    expect(await Promise.all([5672, 15672, 15692, 25672, 4369].map((port) => twin.exposed('198.51.100.24', port)))).toEqual([false, false, false, false, false]);
  });

  it('keep the promises of the daily drills, and are as wanted right after', async () => {
    const drills = await twin.keybuzz('drill', 'rabbitmq', '--quick', '--on', 'twin');
    expect(drills.code, shown(drills)).toBe(0);
    const after = await plan();
    expect(after.stdout, shown(after)).toBe(nothing);
    const now = await health();
    expect(now.code, shown(now)).toBe(0);
  }, 600_000);

  it('refuse a key that RabbitMQ does not have, by name, and go on with the old file', async () => {
    const before = [await started(), await twin.on(first, 'sha256sum /etc/rabbitmq/rabbitmq.conf')];
    process.env['RABBITMQ_SETTINGS'] = '{"data_dir":"/x"}';
    const result = await rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(failures(result)).toContain('unknown variable: data_dir');
    expect([await started(), await twin.on(first, 'sha256sum /etc/rabbitmq/rabbitmq.conf')]).toEqual(before);
    delete process.env['RABBITMQ_SETTINGS'];
    expect((await plan()).stdout).toBe(nothing);
  }, 300_000);

  it('take a changed configuration in one after the other, drained', async () => {
    process.env['RABBITMQ_SETTINGS'] = '{"channel_max":512}';
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    expect(changes(result)).toEqual(nodes.flatMap((host) => [
      `${host}: change /etc/rabbitmq/rabbitmq.conf (0644)`,
      `${host}: drain ${host}: its queues' leaders go elsewhere`,
      `${host}: restart rabbitmq-server: /etc/rabbitmq/rabbitmq.conf changed`,
    ]));
    expect((await plan()).stdout).toBe(nothing);
    delete process.env['RABBITMQ_SETTINGS'];
    expect((await rollout()).code).toBe(0);
  }, 600_000);

  it('name a node with another cookie, and bring it back', async () => {
    await twin.on(second, 'systemctl stop rabbitmq-server; printf %048d 7 > /var/lib/rabbitmq/.erlang.cookie; systemctl start --no-block rabbitmq-server');
    const planned = await plan();
    expect(planned.stdout, shown(planned)).toContain('/var/lib/rabbitmq/.erlang.cookie');
    expect((await health()).code).toBe(4);
    const result = await rollout();
    expect(result.code, shown(result)).toBe(0);
    expect((await plan()).stdout).toBe(nothing);
    expect((await health()).code).toBe(0);
  }, 600_000);

  it('say that a queue declared classic by hand is another one than the wanted, and leave it alone', async () => {
    await twin.on(first, `rabbitmqctl --quiet eval 'rabbit_amqqueue:declare({resource, <<"/">>, queue, <<"orders">>}, true, false, [{<<"x-queue-type">>, longstr, <<"classic">>}], none, <<"spec">>), ok.'`);
    const now = await health();
    expect([now.code, now.stdout], shown(now)).toEqual([4, expect.stringContaining('orders is classic') as string]);
    process.env['RABBITMQ_CONTENT'] = '{"queues":[{"name":"orders"}]}';
    const result = await rollout();
    expect(result.code, shown(result)).toBe(1);
    expect(failures(result)).toContain('wanted queue orders (quorum), but what is there by that name is of another kind');
    await twin.on(first, 'rabbitmqctl --quiet delete_queue orders');
    expect((await rollout()).code).toBe(0);
    expect((await plan()).stdout).toBe(nothing);
  }, 300_000);

  it('have everything that is wanted as data in them, once', async () => {
    process.env['RABBITMQ_CONTENT'] = JSON.stringify({
      vhosts: ['/', 'shop'],
      permissions: [{ vhost: '/' }, { vhost: 'shop', configure: '^shop', write: '^(shop|events)', read: '.*' }],
      policies: [{ vhost: 'shop', name: 'short', pattern: '^short', definition: { 'message-ttl': 60_000 } }],
      queues: [{ vhost: 'shop', name: 'orders', arguments: { 'x-max-length': 1000 } }],
      exchanges: [{ vhost: 'shop', name: 'events' }],
      bindings: [{ vhost: 'shop', exchange: 'events', queue: 'orders', routingKey: 'order.#' }],
    });
    const wanted = ['virtual host shop', 'permissions of kb_rmq in shop', 'permissions of kb_app in shop', 'policy short', 'exchange events', 'queue orders (quorum)', 'binding of events to orders'].map((what) => `${first}: create ${what}`);
    const result = await rollout();
    expect([result.code, changes(result)], shown(result)).toEqual([0, wanted]);
    const after = await plan();
    expect(after.stdout, shown(after)).toBe(nothing);
    expect((await health()).code).toBe(0);
  }, 300_000);

  it('have their administrator back when somebody deleted him, and the plan says so', async () => {
    await twin.on(second, 'rabbitmqctl --quiet delete_user kb_rmq');
    const planned = await plan();
    expect([planned.code, planned.stdout], shown(planned)).toEqual([3, expect.stringContaining('make kb_rmq the administrator') as string]);
    const result = await rollout();
    expect([result.code, changes(result)], shown(result)).toEqual([0, [`${first}: make kb_rmq the administrator, or give him his password`]]);
    expect((await plan()).stdout).toBe(nothing);
  }, 300_000);

  it('take back a node that was drained by hand', async () => {
    await twin.on(second, 'rabbitmq-upgrade --quiet drain');
    expect((await health()).code).toBe(4);
    const planned = await plan();
    expect([planned.code, planned.stdout], shown(planned)).toEqual([3, expect.stringContaining('revive queue-02') as string]);
    const result = await rollout();
    expect([result.code, changes(result)], shown(result)).toEqual([0, [`${second}: revive ${second}: it was drained`]]);
    expect((await plan()).stdout).toBe(nothing);
    expect((await health()).code).toBe(0);
  }, 300_000);

  it('have their machines started anew one after the other, drained before', async () => {
    const boots = (): Promise<string[]> => Promise.all(nodes.map((host) => twin.on(host, 'cat /proc/sys/kernel/random/boot_id')));
    const before = await boots();
    const result = await twin.keybuzz('reboot', nodes.join(','), '--on', 'twin', '--yes', '--json');
    expect(result.code, shown(result)).toBe(0);
    expect(changes(result)).toEqual(nodes.map((host) => `${host}: drain ${host}: its queues' leaders go elsewhere`));
    expect((await boots()).filter((id) => before.includes(id))).toEqual([]);
    expect([(await health()).code, (await plan()).stdout]).toEqual([0, nothing]);
  });

  it('tell of a disk that is nearly full, hold publishers back, and lose nothing that was confirmed', async () => {
    await twin.on(first, 'rabbitmqctl --quiet set_disk_free_limit 100000GB');
    // A node tells the others of itself every five seconds.
    await expect.poll(async () => (await health()).stdout, { timeout: 60_000, interval: 1000 }).toMatch(/no alarm holds publishers back.*disk/);
    expect((await health()).code).toBe(4);
    const test = await twin.keybuzz('test', '--on', 'twin', '--only', 'rabbitmq');
    expect([test.code, `${test.stdout}${test.stderr}`], shown(test)).toEqual([1, expect.stringContaining('publishers are held back') as string]);
    await twin.on(first, 'rabbitmqctl --quiet set_disk_free_limit 2GB');
    const drill = await twin.keybuzz('drill', 'rabbitmq', 'disk-alarm', '--on', 'twin');
    expect(drill.code, shown(drill)).toBe(0);
    await expect.poll(async () => (await health()).code, { timeout: 60_000, interval: 1000 }).toBe(0);
  }, 300_000);

  it('refuse two hosts', async () => {
    process.env['RABBITMQ_HOSTS'] = `${first},${second}`;
    const result = await plan();
    expect(result.code, shown(result)).toBe(2);
    expect(`${result.stdout}${result.stderr}`).toContain('rabbitmq: 2 hosts (queue-01, queue-02) do not do: a cluster takes three, or another odd number');
  });
});
