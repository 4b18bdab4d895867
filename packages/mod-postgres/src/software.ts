import { readFileSync } from 'node:fs';
import { directory, Failure, file, packages, repository, type Operation, type PackageWanted } from '@keybuzz/sdk';
import type { PostgresConfig } from './config.ts';

const createCluster = '/etc/postgresql-common/createcluster.conf';

// PostgreSQL's packages make a cluster of their own at once: ours is Patroni's to make.
const noClusterOfItsOwn = `# Written by keybuzz: edits here are overwritten.
create_main_cluster = false
`;

/**
 * Every program of a database host is there, and nothing of it has started. Where a member lives, `versions` says whether
 * those it has are changed as well: one host after the other, so not together with the installation.
 */
export function databaseSoftware(config: PostgresConfig, { versions }: { versions: boolean }): readonly Operation[] {
  const { version, dcs, databases, source, upstream } = config;
  const vector = databases.some(({ extensions }) => extensions.includes('vector'));
  const coordination = dcs === 'etcd' ? ['etcd-server', 'etcd-client', 'python3-etcd'] : ['python3-pysyncobj', 'python3-cryptography'];
  const pinned = (name: string, pin: string | undefined): string | PackageWanted => (!versions || source === 'distro' || pin === undefined ? name : { name, version: pin });
  return [
    directory('/etc/postgresql-common'),
    file(createCluster, noClusterOfItsOwn),
    ...upstreamSource(config),
    packages([pinned(`postgresql-${version}`, upstream.packageVersion), pinned('patroni', upstream.patroniVersion), ...(vector ? [`postgresql-${version}-pgvector`] : []), ...coordination], { startOnInstall: false }),
  ];
}

/** The PostgreSQL project's own repository is known to apt, when its packages are wanted. */
function upstreamSource({ source, upstream }: PostgresConfig): readonly Operation[] {
  if (source === 'distro') return [];
  const { uri, packageVersion, patroniVersion, signingKey } = upstream;
  if (packageVersion === undefined || patroniVersion === undefined || signingKey === undefined) {
    throw new Failure('badConfig', 'postgres: source upstream needs upstream.packageVersion, upstream.patroniVersion and upstream.signingKey: nothing floats', { next: "set them in the stack's use(postgres, …)" });
  }
  return [repository({ name: 'pgdg', uris: [uri], suites: ['$CODENAME-pgdg'], components: ['main'], signingKey: readFileSync(signingKey) })];
}

/** The pooler's program is there and has not started. */
export const poolerSoftware: readonly Operation[] = [packages(['pgbouncer'], { startOnInstall: false })];
