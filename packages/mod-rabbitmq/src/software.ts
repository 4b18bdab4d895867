import { readFileSync } from 'node:fs';
import { Failure, packages, repository, type Operation } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';

/** RabbitMQ and its Erlang are there, and no node has started: its cookie must be there first. */
export function software({ source, upstream }: RabbitmqConfig): readonly Operation[] {
  if (source === 'distro') return [packages(['rabbitmq-server'], { startOnInstall: false })];
  const { uris, packageVersion, signingKey } = upstream;
  if (packageVersion === undefined || signingKey === undefined || uris.length === 0) {
    throw new Failure('badConfig', 'rabbitmq: source upstream needs upstream.uris, upstream.packageVersion and upstream.signingKey: nothing floats', { next: "set them in the stack's use(rabbitmq, …)" });
  }
  return [
    repository({ name: 'rabbitmq', uris, suites: ['$CODENAME'], components: ['main'], signingKey: readFileSync(signingKey) }),
    packages([{ name: 'rabbitmq-server', version: packageVersion }], { startOnInstall: false }),
  ];
}
