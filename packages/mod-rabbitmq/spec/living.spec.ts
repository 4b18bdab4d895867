import { base } from '@keybuzz/mod-base';
import { haproxy } from '@keybuzz/mod-haproxy';
import { rollout, use } from '@keybuzz/sdk';
import { fakeCluster, fakeSecrets, fakeStack } from '@keybuzz/sdk/testing';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { health, rabbitmq } from '../src/index.ts';
import { FakeRabbitmq } from './fake-rabbitmq.ts';

const fake = new FakeRabbitmq();
const cluster = fake.join(fakeCluster({ 'queue/rabbitmq': 3, 'lb/internal-haproxy': 2 }, fake.options));
const secrets = fakeSecrets();
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
});
