import { haproxy } from '@keybuzz/mod-haproxy';
import { directory, file, fresh, packageState, serviceRunning, type OpenHost, type Operation } from '@keybuzz/sdk';
import { fragment } from './fragment.ts';
import type { PostgresScope, Wanted } from './members.ts';
import { pgbouncerConfiguration, pgbouncerIni } from './pgbouncer.ts';
import { supervised, supervisedBy } from './supervised.ts';
import { poolerIdentity, poolerTls, poolerTlsFiles } from './tls.ts';

/** The proxy leads to the primary and to the replicas, and its pooler follows it. */
export async function configureProxy(host: OpenHost, { scope, wanted }: { scope: PostgresScope; wanted: Wanted }): Promise<void> {
  const { config } = scope;
  const { members, proxies, entry } = wanted;
  const identity = await poolerIdentity(proxies, scope, entry);
  const operations = (version: string): readonly Operation[] => [
    ...poolerTlsFiles(identity),
    ...scope.provided(haproxy).fragment('postgres', fragment({ proxy: host, members, config, authority: identity.authority })),
    directory('/etc/pgbouncer', { owner: 'postgres', mode: 0o750 }),
    file(pgbouncerIni, pgbouncerConfiguration(host, { config, version }), { owner: 'postgres', mode: 0o640 }),
    supervised('pgbouncer'),
    serviceRunning('pgbouncer'),
    // How many files it may open is settled when it starts: for that file it is restarted.
    fresh('pgbouncer', { files: [supervisedBy('pgbouncer'), pgbouncerIni, poolerTls.certificate, poolerTls.key], reload: true }),
  ];
  const pooler = packageState('pgbouncer');
  // In a plan nothing changes meanwhile: what is known when the operations are looked at is asked together with the version.
  const [seen] = await Promise.all([host.read([pooler]), scope.mode === 'plan' ? host.read(operations('').flatMap(({ facts }) => facts)).catch(() => undefined) : undefined]);
  const { version = '' } = seen(pooler);
  await host.ensure(...operations(version));
}
