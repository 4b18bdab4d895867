import { describe, expect, it } from 'vitest';
import { perform, use, type Act } from '../../src/module/index.ts';
import { file } from '../../src/operations/index.ts';
import { fakeCluster, fakeSecrets, fakeStack } from '../../src/testing/index.ts';
import { plain } from '../module/modules.ts';

const install: Act<object, string> = ({ cluster, certificates }) => cluster.each(async (host) => {
  const { certificate, key } = await certificates.issue(host.name, { names: [host.name], addresses: [host.address] });
  await host.ensure(
    file('/etc/server.crt', certificate),
    file('/etc/server.key', key, { mode: 0o600 }),
    file('/etc/authority.crt', await certificates.authority()),
  );
}).then(() => undefined);

describe('a module with certificates', () => {
  it('writes them once, each host its own, and shows the certificate but no line of a key', async () => {
    const cluster = fakeCluster({ redis: 3 });
    const module = plain('redis', { install });
    const stack = fakeStack([use(module)], { cluster });
    const [plan, first, second] = [stack.open('plan'), stack.open(), stack.open()];
    await perform(plan, module, 'install');
    await perform(first, module, 'install');
    await perform(second, module, 'install');
    expect([first, second].map(({ events }) => events.filter((event) => event.type === 'change').length)).toEqual([9, 0]);
    expect(stack.secrets.list().map((each) => each.name).toSorted()).toEqual(['redis/tls-redis-01', 'redis/tls-redis-02', 'redis/tls-redis-03', 'stack/authority']);
    const shown = JSON.stringify([plan.events, first.events, cluster.hosts.flatMap(({ transcript }) => transcript)]);
    for (const part of stack.secrets.all()) expect(shown).not.toContain(part.reveal());
    const certificate = stack.secrets.get('redis/tls-redis-01')?.reveal().split('-----END PRIVATE KEY-----\n')[1] ?? '';
    expect(plan.redact(certificate)).toBe(certificate);
    expect(JSON.stringify(plan.events)).toContain(certificate.split('\n')[1]);
  });

  it('gets those of its store again, and others after a rotation', async () => {
    const [secrets, cluster] = [fakeSecrets(), fakeCluster({ redis: 1 })];
    const module = plain('redis', { install });
    const changes = async (): Promise<number> => {
      const stack = fakeStack([use(module)], { cluster, secrets }).open();
      await perform(stack, module, 'install');
      return stack.events.filter((event) => event.type === 'change').length;
    };
    expect([await changes(), await changes()]).toEqual([3, 0]);
    await secrets.rotate('redis/tls-redis-01');
    expect([await changes(), await changes()]).toEqual([2, 0]);
  });
});
