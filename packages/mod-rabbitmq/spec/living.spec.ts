import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, Secret, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { health, rabbitmq } from '../src/index.ts';
import { passwordHash } from '../src/password-hash.ts';
import { FakeRabbitmq } from './fake-rabbitmq.ts';

const fake = new FakeRabbitmq();
const cluster = fake.join(fakeCluster({ 'queue/rabbitmq': 3, 'lb/internal-haproxy': 2 }, fake.options));
const secrets = fakeSecrets();
const hosts = ['rabbitmq-01', 'rabbitmq-02', 'rabbitmq-03'];
let rolledOut: ReturnType<typeof cluster.snapshot>;

type About = Parameters<typeof use<typeof rabbitmq.definition.config, unknown>>[1];
const stackWith = (about: About = {}, on = cluster) => fakeStack([use(base), use(haproxy, { config: { loadBalancer: { address: '10.0.0.10' } } }), use(rabbitmq, about)], { cluster: on, secrets });

/** What a rollout, or a plan, changed and how it failed, in order. */
async function changes(config?: NonNullable<About>['config'], mode: 'plan' | 'apply' = 'apply'): Promise<readonly string[]> {
  const open = stackWith(config === undefined ? {} : { config }).open(mode);
  await rollout(open);
  return open.events.flatMap((event) => (event.type === 'change' || event.type === 'failure' ? [`${event.host}: ${event.type === 'change' ? event.summary : `${event.kind}: ${event.message}`}`] : []));
}

const planned = (config?: NonNullable<About>['config']): Promise<readonly string[]> => changes(config, 'plan');

/** What health finds that is not as it should be. */
async function complaints(): Promise<readonly string[]> {
  const probes = await health(stackWith().open('plan'));
  return probes.filter(({ status }) => status !== 'ok').map(({ title, host, status, seen }) => `${host ?? 'cluster'} ${status}: ${title}: ${seen}`);
}

const on = (host: string, line: string) => cluster.host(host).execute(line);
const stopped = async (...which: readonly string[]): Promise<void> => void (await Promise.all(which.map((host) => on(host, 'systemctl stop rabbitmq-server'))));

describe('the number of hosts', () => {
  it.each([1, 2, 4])('is refused before anything is begun when it is %s', (count) => {
    const few = fakeCluster({ 'queue/rabbitmq': count, 'lb/internal-haproxy': 2 });
    expect(() => stackWith({}, few)).toThrow(expect.objectContaining({ kind: 'badConfig', message: expect.stringMatching(new RegExp(`^rabbitmq: ${count} hosts .* do not do: a cluster takes three`)) as string }));
  });
});

describe('where clients connect', () => {
  it('is the load balancer, in the virtual host of the application, without its password', () => {
    const { uses } = stackWith({ config: { vhosts: ['a/b'] } }).open();
    const used = uses.find(({ module }) => module.name === 'rabbitmq')!;
    const about = { config: used.config as never, hosts: used.hosts, inventory: cluster.inventory, provided: () => ({ address: '10.0.0.10', hosts: [] }) as never };
    expect(rabbitmq.definition.endpoints?.(about)).toEqual([{ title: 'RabbitMQ', url: 'amqp://kb_app@10.0.0.10:5672/a%2Fb' }]);
  });
});

describe('a living cluster', () => {
  beforeAll(async () => {
    await changes();
    rolledOut = cluster.snapshot();
  });
  beforeEach(() => cluster.restore(rolledOut));

  it('is healthy, and nothing is left to change', async () => {
    expect(await complaints()).toEqual([]);
    expect(await planned()).toEqual([]);
  });

  const orders = { queues: [{ name: 'orders' }] };

  it('has everything wanted made once, and compared afterwards by a node that serves', async () => {
    expect(await changes(orders)).toEqual(['rabbitmq-01: create queue orders (quorum)']);
    await stopped('rabbitmq-01');
    expect(await planned(orders)).toEqual(['rabbitmq-01: start rabbitmq-server']);
    expect(await changes(orders)).toEqual(['rabbitmq-01: start rabbitmq-server']);
    expect(await changes(orders)).toEqual([]);
  });

  it('is not taken for empty when nobody answers', async () => {
    await stopped(...hosts);
    expect(await planned(orders)).toEqual([...hosts.map((host) => `${host}: start rabbitmq-server`), 'rabbitmq-01: failed: no node answers (rabbitmq-01, rabbitmq-02, rabbitmq-03), so what is in the cluster cannot be compared with what is wanted']);
    expect(await changes(orders)).toEqual([...hosts.map((host) => `${host}: start rabbitmq-server`), 'rabbitmq-01: create queue orders (quorum)']);
  });

  it('is not taken for empty when a node answers that it cannot say', async () => {
    fake.api.broken.add('/definitions');
    try {
      expect(await changes(orders)).toEqual([expect.stringContaining('rabbitmq-01: failed: could not read definitions: rabbitmq-01 answers 500')]);
    } finally {
      fake.api.broken.clear();
    }
  });

  it('gives the administrator his new password, and still says in the plan what is wanted besides', async () => {
    await changes(orders);
    const before = secrets.get('rabbitmq/admin')!.reveal();
    const hash = secrets.get('rabbitmq/admin-hash')!.reveal();
    await secrets.set('rabbitmq/admin', 'another-password');
    await secrets.set('rabbitmq/admin-hash', passwordHash(Secret.of('p', 'another-password')));
    try {
      expect(await planned({ queues: [{ name: 'orders' }, { name: 'bills' }] })).toEqual(['rabbitmq-01: make kb_rmq the administrator, or give him his password', 'rabbitmq-01: change user kb_rmq', 'rabbitmq-01: create queue bills (quorum)']);
      expect(await changes({ queues: [{ name: 'orders' }, { name: 'bills' }] })).toEqual(['rabbitmq-01: make kb_rmq the administrator, or give him his password', 'rabbitmq-01: create queue bills (quorum)']);
    } finally {
      await secrets.set('rabbitmq/admin', before);
      await secrets.set('rabbitmq/admin-hash', hash);
    }
  });

  describe('with a cookie that was changed', () => {
    let old: string;
    beforeEach(async () => {
      old = secrets.get('rabbitmq/cookie')!.reveal();
      await secrets.set('rabbitmq/cookie', '0'.repeat(48));
    });
    afterEach(() => secrets.set('rabbitmq/cookie', old));

    it('is left as it is, since nodes that restart one after the other would be shut out', async () => {
      const before = cluster.states();
      expect(await changes()).toEqual([expect.stringMatching(/^rabbitmq-01: unsafe: rabbitmq-01, rabbitmq-02, rabbitmq-03 run with another Erlang cookie than the wanted one/)]);
      expect(cluster.states()).toEqual(before);
    });

    it('takes it in when all its nodes are stopped', async () => {
      await stopped(...hosts);
      expect(await changes()).toEqual([...hosts.map((host) => `${host}: change /var/lib/rabbitmq/.erlang.cookie (0400)`), ...hosts.map((host) => `${host}: start rabbitmq-server`)]);
      expect(await complaints()).toEqual([]);
    });
  });

  it('gets back a node whose cookie alone is another one', async () => {
    await stopped('rabbitmq-02');
    await on('rabbitmq-02', 'printf %048d 7 > /var/lib/rabbitmq/.erlang.cookie');
    expect(await changes()).toEqual(['rabbitmq-02: change /var/lib/rabbitmq/.erlang.cookie (0400)', 'rabbitmq-02: start rabbitmq-server']);
    expect(await complaints()).toEqual([]);
  });
});
