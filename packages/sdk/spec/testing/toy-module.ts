import * as v from 'valibot';
import { sh } from '../../src/command/index.ts';
import { generated } from '../../src/credentials/index.ts';
import { fact } from '../../src/converge/index.ts';
import { defineModule, perHost, type Module, type ModuleDefinition, type OpenHost, type Scope } from '../../src/module/index.ts';
import { directory, file, fresh, packages, serviceRunning } from '../../src/operations/index.ts';
import type { Probe } from '../../src/report/index.ts';
import type { Catalog } from '../../src/testing/index.ts';

const config = v.strictObject({
  greeting: v.optional(v.pipe(v.string(), v.description('What it says')), 'hi'),
  port: v.optional(v.pipe(v.number(), v.description('Where it listens')), 7070),
});

type Config = v.InferOutput<typeof config>;
type ToyScope = Scope<Config, 'password'>;
type Definition = ModuleDefinition<typeof config, 'password', undefined>;

/** What a faulty toy does on a host besides, in install or configure. */
export type Besides = (host: OpenHost, scope: ToyScope) => Promise<unknown>;

async function health({ cluster }: ToyScope): Promise<readonly Probe[]> {
  return Promise.all(cluster.hosts.map(async (host): Promise<Probe> => {
    try {
      const active = fact({ name: 'toy', command: sh`systemctl is-active toyd`, anyExit: true, parse: ({ stdout }) => stdout.trim() });
      const seen = (await host.read([active]))(active);
      return { title: 'toyd runs', host: host.name, status: seen === 'active' ? 'ok' : 'down', seen, wanted: 'active' };
    } catch (error) {
      return { title: 'toyd runs', host: host.name, status: 'down', seen: (error as Error).message, wanted: 'active' };
    }
  }));
}

/** A small service with a password, and the faults a spec wants it to have. */
export function toy(faults: { besides?: Besides; definition?: Partial<Definition> } = {}): Module<typeof config, undefined> {
  return defineModule<typeof config, 'password'>({
    name: 'toy',
    summary: 'A toy.',
    requires: [],
    hosts: { query: { role: 'redis' } },
    config,
    credentials: { password: generated() },
    ports: ({ port }) => [{ port, protocol: 'tcp', from: 'private', purpose: 'toy' }],
    install: perHost(async (host) => {
      await host.ensure(packages(['toy']));
    }),
    configure: perHost(async (host, scope) => {
      await host.ensure(
        directory('/etc/toy'),
        file('/etc/toy/toy.conf', `greeting ${scope.config.greeting}\nport ${scope.config.port}\n`),
        file('/etc/toy/password', scope.credentials.password, { mode: 0o600 }),
        serviceRunning('toyd'),
        fresh('toyd', { files: ['/etc/toy/toy.conf', '/etc/toy/password'] }),
      );
      await faults.besides?.(host, scope);
    }),
    test: async () => [],
    health,
    ...faults.definition,
  });
}

toy.packages = {
  toy: {
    units: [
      {
        name: 'toyd.service',
        reads: ['/etc/toy'],
        listens: (machine) => [{ protocol: 'tcp', port: Number(/^port (\d+)/m.exec(machine.tree.textIfAny('/etc/toy/toy.conf'))?.[1] ?? 7070) }],
      },
    ],
  },
} satisfies Catalog;
