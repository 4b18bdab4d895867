import { haproxy } from '@keybuzz/mod-haproxy';
import { authorityProbe, type Probe } from '@keybuzz/sdk';
import { ask } from './answer.ts';
import { memberProbes } from './member-probes.ts';
import { wantedOf, type PostgresScope } from './members.ts';
import { passwordAges } from './password-ages.ts';
import { leaderOf } from './patroni-api.ts';
import { proxyHealth } from './proxy-health.ts';

/** How the cluster and the way to it are: one round trip a host, nothing changed, never a throw. */
export async function clusterHealth(scope: PostgresScope): Promise<readonly Probe[]> {
  const members = wantedOf(scope).members.map(({ name }) => name);
  const [answers, proxies, authority] = await Promise.all([
    Promise.all(scope.cluster.hosts.map((host) => ask(host, scope))),
    Promise.all(scope.hostsOf(haproxy).hosts.map((host) => proxyHealth(host, members.length))),
    scope.certificates.authority(),
  ]);
  const leader = answers.map((answer) => leaderOf(answer.members)).find((name) => name !== undefined);
  return [...memberProbes(answers, { wanted: members, ...scope.config }), authorityProbe(authority), passwordAges(scope, new Date()), ...proxies.flatMap((of) => of(leader))];
}
