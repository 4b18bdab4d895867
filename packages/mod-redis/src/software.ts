import { readFileSync } from 'node:fs';
import { Failure, packages, repository, type Operation } from '@keybuzz/sdk';
import type { RedisConfig } from './config.ts';
import { layoutOf } from './layout.ts';

/** The server, Sentinel and their client are there, and nothing of them has started. */
export function software(config: RedisConfig): readonly Operation[] {
  const { server, sentinel } = layoutOf(config);
  const { source, upstream } = config;
  if (source === 'distro') return [packages([server.unit, sentinel.unit], { startOnInstall: false })];
  const { uri, packageVersion, signingKey } = upstream;
  if (config.engine !== 'redis' || packageVersion === undefined || signingKey === undefined) {
    throw new Failure('badConfig', 'redis: source upstream needs engine redis, upstream.packageVersion and upstream.signingKey: nothing floats', { next: "set them in the stack's use(redis, …)" });
  }
  const pinned = ['redis-tools', server.unit, sentinel.unit].map((name) => ({ name, version: packageVersion }));
  return [
    repository({ name: 'redis', uris: [uri], suites: ['$CODENAME'], components: ['main'], signingKey: readFileSync(signingKey) }),
    packages(pinned, { startOnInstall: false }),
  ];
}
