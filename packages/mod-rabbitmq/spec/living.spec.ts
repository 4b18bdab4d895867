import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { asWanted, rollout, Secret, use } from '@keybuzz/sdk';
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
async function changes(config?: NonNullable<About>['config'], mode: 'plan' | 'apply' = 'apply', on?: readonly string[]): Promise<readonly string[]> {
  const open = stackWith(config === undefined ? {} : { config }).open(mode, on);
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
    const about = { config: used.config as never, hosts: used.hosts, inventory: cluster.inventory, provided: () => ({ address: '10.0.0.10', hosts: [] }) as never, credential: () => undefined };
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

  it('has each of its nodes asked once by a plan that finds nothing, in one process and one round trip', async () => {
    for (const host of cluster.hosts) host.transcript.length = 0;
    expect(await asWanted(stackWith().open('plan'), (name) => name === 'rabbitmq')).toBe(true);
    const asked = hosts.map((host) => cluster.host(host).transcript.map(({ command }) => command));
    expect(asked.map((commands) => commands.filter((command) => command.includes('curl')).length)).toEqual([1, 1, 1]);
    expect(asked.map((commands) => commands.filter((command) => command.includes('systemctl show')).length)).toEqual([1, 1, 1]);
  });

  it('lets no more than the beginning of a hash leave its host', async () => {
    for (const host of cluster.hosts) host.transcript.length = 0;
    await planned();
    const told = JSON.stringify(cluster.host('rabbitmq-01').transcript.map(({ stdout }) => stdout)).replaceAll('\\', '');
    expect([...told.matchAll(/"password_hash":"([^"]*)"/g)].map(([, hash = '']) => hash.length)).toEqual([8, 8]);
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

  it('takes back a node that was drained by hand', async () => {
    await on('rabbitmq-02', 'rabbitmq-upgrade --quiet drain --timeout 60');
    expect(await complaints()).toContain('rabbitmq-02 down: RabbitMQ serves: active, its API does not answer as the administrator wants');
    expect(await planned()).toEqual(['rabbitmq-02: revive rabbitmq-02: it was drained']);
    expect(await changes()).toEqual(['rabbitmq-02: revive rabbitmq-02: it was drained']);
    expect([await complaints(), await changes()]).toEqual([[], []]);
  });

  describe('whose proxies look at a node every second only', () => {
    beforeEach(() => void (fake.lag = 6));
    afterEach(() => {
      fake.lag = 0;
      fake.early.length = 0;
      cluster.host('internal-haproxy-01').down = false;
    });
    const revived = ['rabbitmq-02: revive rabbitmq-02: it was drained'];
    const drainedByHand = () => on('rabbitmq-02', 'rabbitmq-upgrade --quiet drain --timeout 60');
    const taken = hosts.flatMap((host) => [`${host}: change /etc/rabbitmq/rabbitmq.conf (0644)`, `${host}: drain ${host}: its queues' leaders go elsewhere`, `${host}: restart rabbitmq-server: /etc/rabbitmq/rabbitmq.conf changed`]);

    it('is done with a node only when they lead to it again', async () => {
      await drainedByHand();
      expect([await changes(), await complaints()]).toEqual([revived, []]);
    });

    it('goes on to the next node only then', async () => {
      expect(await changes({ settings: { channel_max: 512 } })).toEqual(taken);
      expect([fake.early, await complaints()]).toEqual([[], []]);
    });

    it('does not wait for one that is down', async () => {
      cluster.host('internal-haproxy-01').down = true;
      expect((await changes({ settings: { channel_max: 512 } })).filter((line) => line.startsWith('rabbitmq'))).toEqual(taken);
      expect(fake.early).toEqual([]);
    });

    it('waits for none that is not worked on, nor for nodes that are not', async () => {
      await drainedByHand();
      expect(await changes(undefined, 'apply', ['rabbitmq-02'])).toEqual(revived);
    });
  });

  it('is whole only when no queue needs a node: the next one may be restarted then', async () => {
    await changes(orders);
    await on('rabbitmq-02', 'rabbitmq-upgrade --quiet drain --timeout 60');
    fake.api.behind = 4;
    expect([await changes(orders), await complaints()]).toEqual([['rabbitmq-02: revive rabbitmq-02: it was drained'], []]);
  });

  describe('in another version', () => {
    const key = join(tmpdir(), 'rabbitmq-spec.asc');
    const upstream = (packageVersion: string): NonNullable<About>['config'] => ({ source: 'upstream', upstream: { uris: ['https://packages.example.test/rabbitmq'], packageVersion, signingKey: key } });
    beforeAll(() => writeFileSync(key, '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n'));
    afterEach(() => void (fake.api.flags = fake.api.flags.filter(({ name }) => name !== 'old_one')));

    it('takes it in on one node after the other, with what the old one left switched off switched on before', async () => {
      fake.api.flags = [...fake.api.flags, { name: 'old_one', state: 'disabled', stability: 'stable' }];
      const steps = (host: string) => [`drain ${host}: its queues' leaders go elsewhere`, 'stop rabbitmq-server for its new version', expect.stringContaining('install rabbitmq-server=4.2.1-*'), 'start rabbitmq-server in its new version'];
      const told = (await changes(upstream('4.2.1-*'))).filter((line) => !/apt|keyrings|sources/.test(line)).map((line) => line.replace(/^rabbitmq-0\d: /, ''));
      expect(told).toEqual(['enable the feature flag old_one', ...hosts.flatMap(steps)]);
      expect([await complaints(), await changes(upstream('4.2.1-*'))]).toEqual([[], []]);
    });

    it.each([
      ['4.3.0-*', 'this is no path that is known to keep the data', 'set upstream.packageVersion to a version of 4.0, 4.1, 4.2'],
      ['3.12.1-1', 'there is no way back to an older version', 'set upstream.packageVersion to a version of 4.0, 4.1, 4.2'],
    ])('refuses %s before anything is stopped', async (version, why) => {
      const lines = await changes(upstream(version));
      expect(lines.filter((line) => line.includes('unsafe'))).toEqual(hosts.map((host) => `${host}: unsafe: RabbitMQ 4.0.5-6 cannot be taken to ${version}: ${why}; nothing was touched`));
      expect(lines.filter((line) => /stop|drain|install/.test(line))).toEqual([]);
    });

    it('restarts a node that still runs the version before the installed one', async () => {
      await on('rabbitmq-03', `sh -c 'printf "#!/bin/sh\nexit 101\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; apt-get -q -y install rabbitmq-server=4.2.1-1; rm /usr/sbin/policy-rc.d'`);
      expect(await complaints()).toEqual([]);
      expect(await changes()).toEqual([`rabbitmq-03: drain rabbitmq-03: its queues' leaders go elsewhere`, 'rabbitmq-03: restart rabbitmq-server: it runs 4.0.5, and 4.2.1-1 is installed']);
      expect(await complaints()).toEqual(['cluster degraded: one version everywhere: 4.0.5 on Erlang 27.3.4; 4.2.1 on Erlang 27.3.4']);
      expect(await changes()).toEqual([]);
    });
  });
});
