import { readFileSync } from 'node:fs';
import { Failure, packages, repository, type Operation } from '@keybuzz/sdk';
import type { RabbitmqConfig } from './config.ts';
import { nodePackage } from './version.ts';

/** Where RabbitMQ and its Erlang come from is known, and the node's package is there in the wanted version; no node is started by that: its cookie must be there first. */
export function software({ source, upstream }: RabbitmqConfig): { readonly sources: readonly Operation[]; readonly node: Operation; readonly version: string | undefined } {
  if (source === 'distro') return { sources: [], node: packages([nodePackage], { startOnInstall: false }), version: undefined };
  const { uris, packageVersion, signingKey } = upstream;
  if (packageVersion === undefined || signingKey === undefined || uris.length === 0) {
    throw new Failure('badConfig', 'rabbitmq: source upstream needs upstream.uris, upstream.packageVersion and upstream.signingKey: nothing floats', { next: "set them in the stack's use(rabbitmq, …)" });
  }
  return {
    sources: [repository({ name: 'rabbitmq', uris, suites: ['$CODENAME'], components: ['main'], signingKey: readFileSync(signingKey) })],
    node: packages([{ name: nodePackage, version: packageVersion }], { startOnInstall: false }),
    version: packageVersion,
  };
}
