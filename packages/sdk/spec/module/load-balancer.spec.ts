import { describe, expect, it } from 'vitest';
import { loadBalancers, perform, use } from '../../src/module/index.ts';
import { fakeCluster, fakeStack } from '../../src/testing/index.ts';
import { plain, there } from './modules.ts';

const check = { interval: 3, timeout: 2, retries: 1 };
const proxy = plain('proxy', { hosts: { query: { role: 'lb' } }, ports: [{ port: 8404, protocol: 'tcp', from: 'private', purpose: 'stats' }], loadBalancer: () => ({ address: '10.0.0.10', check }) });
const store = plain('store', {
  requires: [proxy],
  hosts: { query: { role: 'redis' } },
  ports: [
    { port: 6379, protocol: 'tcp', from: 'private', purpose: 'store' },
    { port: 6390, protocol: 'tcp', from: 'private', purpose: 'store through the proxy', at: proxy, balanced: true },
    { port: 6380, protocol: 'tcp', from: 'private', purpose: 'read through the proxy', at: proxy, balanced: true },
  ],
  configure: async (scope) => void (await scope.hostsOf(proxy).each((host) => host.ensure(there('/srv/mark')))),
});

describe('a module that has something on the hosts of another', () => {
  const cluster = fakeCluster({ lb: 2, redis: 1 });
  const stack = fakeStack([use(store), use(proxy)], { cluster });

  it('has its ports there', () => {
    const ports = stack.open().uses.find((u) => u.module === store)?.ports.map(({ port, hosts }) => [port, hosts.map((h) => h.name)]);
    expect(ports).toEqual([[6379, ['redis-01']], [6390, ['lb-01', 'lb-02']], [6380, ['lb-01', 'lb-02']]]);
  });

  it('works on them', async () => {
    await perform(stack.open(), store, 'configure');
    expect((await cluster.host('lb-02').execute('[ -e /srv/mark ]')).code).toBe(0);
    expect((await cluster.host('redis-01').execute('[ -e /srv/mark ]')).code).toBe(1);
  });

  it('is offered by the load balancer in front of them, by the ports that say so', () => {
    const found = loadBalancers(stack.open().whole);
    expect(found.map(({ targets, ...rest }) => ({ ...rest, targets: targets.map((h) => h.name) }))).toEqual([{ module: 'proxy', address: '10.0.0.10', check, ports: [6380, 6390], targets: ['lb-01', 'lb-02'] }]);
  });
});
