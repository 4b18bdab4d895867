import { backendsOn, haproxy } from '@keybuzz/mod-haproxy';
import { asFailure, authorityProbe, certificateDays, diskSpace, unitState, type OpenHost, type Probe } from '@keybuzz/sdk';
import { backendProbes } from './backends.ts';
import { memberProbes, type HostAnswer } from './member-probes.ts';
import { wantedOf, type RedisScope } from './members.ts';
import { sentinelSaid, serverSaid } from './said.ts';

/** How the set and the way to it are: every server and every Sentinel is asked, one round trip a host, nothing changed, never a throw. */
export async function setHealth(scope: RedisScope): Promise<readonly Probe[]> {
  const { members } = wantedOf(scope);
  const [answers, proxies, authority] = await Promise.all([
    Promise.all(scope.cluster.hosts.map((host) => asked(host, scope))),
    backendsOn(scope.hostsOf(haproxy)),
    scope.config.tls ? scope.certificates.authority() : undefined,
  ]);
  return [...memberProbes(answers, members), ...(authority === undefined ? [] : [authorityProbe(authority)]), ...backendProbes(proxies, { members: members.length, reads: scope.config.reads })];
}

async function asked(host: OpenHost, scope: RedisScope): Promise<HostAnswer> {
  const { layout } = wantedOf(scope);
  const [server, sentinel] = [serverSaid(scope), sentinelSaid(scope)];
  const units = { server: unitState(layout.server.unit), sentinel: unitState(layout.sentinel.unit) };
  const disk = diskSpace(layout.dataDirectory);
  const certificate = layout.tls === undefined ? undefined : certificateDays(layout.tls.certificate);
  try {
    const seen = await host.read([server, sentinel, units.server, units.sentinel, disk, ...(certificate === undefined ? [] : [certificate])]);
    const space = seen(disk);
    return {
      host: host.name,
      server: seen(server).replication,
      sentinel: seen(sentinel).watching,
      units: { server: seen(units.server).activeState, sentinel: seen(units.sentinel).activeState },
      disk: space === undefined || space.size === 0 ? undefined : Math.round(((space.size - space.available) / space.size) * 100),
      ...(certificate === undefined ? {} : { certificate: seen(certificate) }),
      unreachable: undefined,
    };
  } catch (error) {
    return { host: host.name, server: undefined, sentinel: undefined, units: { server: 'unknown', sentinel: 'unknown' }, disk: undefined, unreachable: asFailure(error).message };
  }
}
